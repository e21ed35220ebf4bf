"""Decide who a report is by: its jurisdiction, and the government or another body there.

The title decides where it names who reports. Otherwise the signature, the speaker and the congress do, then the unit
that the text names most, then the page. A report with an office, a town or a zone in its title is never that of the
government, even if only a jurisdiction is given for it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nianbao.documents.model import GOVERNMENT, Body, Jurisdiction, Problem
from nianbao.places import lookup
from nianbao.places.bodies import departments, read_body, read_town, slug_of
from nianbao.places.history import place_of
from nianbao.places.identify import Clues, Identification, identify
from nianbao.places.owners import read_owner
from nianbao.places.resolve import UnknownPlace, full_name, resolve_place
from nianbao.places.titles import plain, read_title, trim
from nianbao.places.units import Place

BODY_UNKNOWN, PLACE_AMBIGUOUS = "body_unknown", "place_ambiguous"
_OUR = re.compile(r"(?:代表|我|全)(?P<kind>[省市区县州旗])(?:人民政府|政府|委)?")
_WHOLE_PLACE = re.compile("[全我][省市区县州旗]")
_BODY_END = re.compile(
    "(?:局|委|厅|办|办公室|委员会|中心|街道|街道办事处|[镇乡]|公司|集团|学院|大学|医院|队|处|管委会|法院|检察院)$"
)
_OPENING = 3000
_MAX_CANDIDATES = 5


class Evidence(NamedTuple):
    """What a document and its page say about who reports.

    Attributes:
        title: The title; empty if there is none.
        signatory: Who signs, or on whose behalf the speech is given; empty if not stated.
        congresses: Names of places with an addressed congress.
        source: The publisher according to the page.
        site: The name or address of the site.
        year: The report year.
        family: The family.
        text: The text of the report.
        jurisdiction: The place that was given for it; None if there is none.
        body: The body that was given for it; empty if there is none.
    """

    title: str
    signatory: str
    congresses: tuple[str, ...]
    source: str
    site: str
    year: int | None
    family: str | None
    text: str
    jurisdiction: Place | None
    body: str


class Decision(NamedTuple):
    """Who reports; `jurisdiction` is None if that is unknown, with the problem if the document names somebody."""

    jurisdiction: Jurisdiction | None
    body: Body = GOVERNMENT
    problem: Problem | None = None


def jurisdiction_of(place: Place) -> Jurisdiction:
    """Return a place as the jurisdiction of a report."""
    return Jurisdiction(place.code, place.name, place.kind, place.province_name or None)


def decide_reporter(evidence: Evidence) -> Decision:
    """Return who a report is by."""
    title = read_title(evidence.title)
    if title.owner:
        decision = _by_words(evidence, evidence.title, evidence.signatory or evidence.source)
        if decision is not None:
            return _with_given_body(decision, evidence)
    if evidence.body and evidence.jurisdiction is not None:
        return _given(evidence, evidence.jurisdiction)
    for words in (evidence.signatory, *evidence.congresses):
        decision = _by_words(evidence, "", words) if words else None
        if decision is not None:
            return _with_given_body(decision, evidence)
    place = _by_text(evidence)
    return _with_given_body(Decision(jurisdiction_of(place) if place else None), evidence)


def _by_words(evidence: Evidence, title: str, publisher: str) -> Decision | None:
    """Return who reports by a title or, without one, by a publisher; None if they decide nothing and name no body."""
    given = full_name(evidence.jurisdiction) if evidence.jurisdiction else ""
    clues = Clues(title, publisher, evidence.site, evidence.year, evidence.family, evidence.text, given)
    found = identify(clues)
    if found.place_code is not None:
        return _decided(found, evidence.year)
    owner = read_title(title).owner if title else trim(plain(publisher))
    readings = read_owner(owner, evidence.year)
    if not readings:
        return _unknown_body(owner, evidence) if title and _BODY_END.search(owner) else None
    reading = readings[0]
    is_body = reading.zone is not None or reading.body.kind != "government"
    if is_body and not reading.chain and (nearby := _most_named(evidence)):
        found = identify(clues._replace(jurisdiction=full_name(nearby)))
        if found.place_code is not None:
            return _decided(found, evidence.year)
    if found.candidates and (title or is_body):
        return Decision(None, problem=_ambiguous(owner, found))
    return _placeless(owner) if is_body else None


def _decided(found: Identification, year: int | None) -> Decision:
    """Return the decision of an identification that has a place."""
    code, name = found.place_code or "", found.place_name or ""
    place = place_of(code, name) or place_of(code, year=year) or place_of(code)
    assert place is not None
    slug, kind, body_name = found.body_id or "", found.body_kind or "government", found.body_name or ""
    if not slug:
        return Decision(jurisdiction_of(place))
    if found.place_kind == "zone":
        body_name = f"{name}{body_name}"
    return Decision(jurisdiction_of(place), Body(kind, slug, body_name, found.acts_for_government))


def _with_given_body(decision: Decision, evidence: Evidence) -> Decision:
    """Return a decision for the government with the given body, unless the document names the government itself."""
    if not evidence.body or decision.jurisdiction is None or decision.body.slug or read_title(evidence.title).owner:
        return decision
    body = read_given_body(evidence.body, evidence.year)
    return decision if body is None else decision._replace(body=body)


def _given(evidence: Evidence, place: Place) -> Decision:
    """Return the decision for a given body of a given jurisdiction."""
    body = read_given_body(evidence.body, evidence.year)
    return Decision(jurisdiction_of(place), body or GOVERNMENT)


def read_given_body(words: str, year: int | None = None) -> Body | None:
    """Return the body that a person names by its name or its slug; None for words that name none.

    >>> read_given_body("司法局").slug, read_given_body("sfj").name, read_given_body("永城镇").kind
    ('sfj', '司法', 'township')
    """
    words = plain(words)
    if words in ("government", "政府", "人民政府"):
        return GOVERNMENT
    for department in departments().values():
        if words == department.slug:
            return Body("department", department.slug, department.name, acts_for_government=False)
    town = read_town(words)
    body = read_body(words, year) if words else None
    if town is not None and (body is None or body.sure < town.sure):
        return Body(town.kind, town.slug, town.name, acts_for_government=False)
    if body is not None and body.slug:
        return Body(body.kind, body.slug, body.name, acts_for_government=False)
    if re.fullmatch("[\u4e00-\u9fff]{2,30}区(?:管理?委员?会|管委会)?", words):
        return Body("zone", slug_of(re.sub("(?:管理委员会|管委会)$", "", words), "z"), words, acts_for_government=True)
    if re.fullmatch("[\u4e00-\u9fff]{3,30}", words):
        return Body("institution", slug_of(words), words, acts_for_government=False)
    return None


def resolve_reporter(name: str) -> tuple[Place, str]:
    """Return the place that a person names, and the body if one follows it (清远市司法局); else no body.

    Raises:
        UnknownPlace: The name is unknown or ambiguous.

    >>> [resolve_reporter(name)[1] for name in ("清远市", "清远市司法局")]
    ['', '司法局']
    """
    try:
        return resolve_place(name), ""
    except UnknownPlace:
        found = identify(Clues("", name))
        if found.place_code is None or not found.body_id:
            raise
        decision = _decided(found, None)
        place = place_of(found.place_code)
        assert place is not None
        return place, decision.body.name


def _by_text(evidence: Evidence) -> Place | None:
    """Return the place that the text names most, the given one, or that of the page."""
    if evidence.jurisdiction is not None:
        return evidence.jurisdiction
    if place := _most_named(evidence):
        return place
    for label in (evidence.source, evidence.site):
        if label and (place := lookup.find_place(label, _nearby(evidence), evidence.year)):
            return place
    return None


def _most_named(evidence: Evidence) -> Place | None:
    """Return the place that a text names most, of the kind that it calls its own (我市, 全县)."""
    ours = _OUR.search(evidence.text[:_OPENING])
    name = lookup.most_named(evidence.text, ours["kind"]) if ours else None
    return lookup.find_place(name, _nearby(evidence), evidence.year) if name else None


def _nearby(evidence: Evidence) -> str:
    return " ".join(filter(None, (evidence.site, evidence.source, evidence.text)))


def _ambiguous(owner: str, found: Identification) -> Problem:
    listed = "、".join(f"{place.name} {place.code}" for place in found.candidates[:_MAX_CANDIDATES])
    example = found.candidates[0].name
    return Problem(
        PLACE_AMBIGUOUS,
        f"{owner} may be of several places ({listed}); set the right one with `nianbao ingest FILE --jurisdiction "
        f"{example}` or in the column `jurisdiction` of a manifest",
    )


def _placeless(owner: str) -> Decision:
    problem = Problem(
        PLACE_AMBIGUOUS,
        f"the document is by {owner}, and does not state of which place; set it with `nianbao ingest FILE "
        "--jurisdiction 深圳市` or in the column `jurisdiction` of a manifest",
    )
    return Decision(None, problem=problem)


def _unknown_body(owner: str, evidence: Evidence) -> Decision:
    """Return the given body for an owner that is not a known body, else the problem."""
    if evidence.body and evidence.jurisdiction is not None:
        return _given(evidence, evidence.jurisdiction)
    problem = Problem(
        BODY_UNKNOWN,
        f"{owner} is no known body; set it with `nianbao ingest FILE --jurisdiction 深圳市 --body 司法局` "
        "or in the columns `jurisdiction` and `body` of a manifest",
    )
    return Decision(None, problem=problem)
