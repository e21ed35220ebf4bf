"""Determine the metadata of a report: title, document number, issuer, dates, family, jurisdiction, years.

The lines of the report come first, then the labels of the page, then the hints. Where the document contradicts a hint,
its own value is used and a `HintConflict` records the difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from nianbao.documents.dates import DATE, date_line, find_date, find_time
from nianbao.documents.model import Family, HintConflict, Hints, Jurisdiction, Metadata, Section
from nianbao.documents.page import PageInfo
from nianbao.documents.reporter import Decision, Evidence, decide_reporter, read_given_body
from nianbao.documents.text.lines import FixedLine, normalize_spaces
from nianbao.documents.years import coverage
from nianbao.places.lookup import find_place, look_up
from schemas.families import load_profiles

_HEAD_LINES = 12
_TAIL_LINES = 8
_MAX_HEAD_LINE_LENGTH = 100
_MAX_TITLE_LENGTH = 80
_MAX_TITLE_LINES = 3
_TITLE_END = re.compile(
    r"(?:报告|公报|总结|年报|情况|通报|通知|意见|批复|决定|公告|通告|方案|办法|规定)"
    r"(?:[（(][^）)]{1,60}[)）])?(?:[（(][^）)]{1,30}[)）])?$"
)
_TITLE_CUT = re.compile(r"(?:[_|｜]|-{1,2}(?=[\u4e00-\u9fff]*(?:网|网站|门户|政府|平台)))")
_POSTED = re.compile(
    r"(?:发布|更新|公开)?(?:时间|日期)[:：]|(?:信息|文章)?来源[:：]"
    r"|(?:19|20)\d{2}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:\d|[ T来]|$)"
)
_OFFICES = ("政府", "国务院", "局", "厅", "委", "办")
_LABEL = re.compile("[:：]")
_OPENING = 2000  # characters in which the speaker says for whom the report is
_TITLE_WORD = re.compile("关于|政府|工作|年度")
_LABELLED_TITLE = re.compile(r"(?:标题|题名)[:：]\s*(?P<title>[^\s。；].{3,80}(?:报告|年报|总结|情况))$")
_SALUTATION = re.compile(r"(?:各位|同志们|主任、)")
_SENTENCE_MARK = re.compile("[。；！？]")
_NUMBER = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{1,14})[〔\[【（(﹝［〈<](?P<year>(?:19|20)\d{2})(?:年)?[〕\]】）)﹞］〉>]"
    r"(?:第)?(?P<serial>\d{1,5})号"
)
_CITED = re.compile("根据|按照|依据|批复|转发|关于")  # before a document number that the report only cites
_DELIVERED = re.compile(  # （2020年1月9日在云汀市第七届人民代表大会第一次会议上）
    rf"""
    [（(—\-－]{{0,2}} .{{0,4}}? ({DATE})
    (?: .{{0,30}}(?:会议|大会|代表大会).{{0,8}} | [\s\u4e00-\u9fff·]{{0,12}}(?=[)）]) )
    [)）]?
    """,
    re.VERBOSE,
)
_AT_CONGRESS = re.compile("(?:会议|大会)上?")
_I_SPEAK_FOR = re.compile(r"我(?:受.{2,12}委托[，,])?代表(?P<who>[\u4e00-\u9fff]{0,16}?(?:人民政府|政府|国务院))")
_OWN_KIND = re.compile("(?P<kind>(?:自治)?[省市区县州盟旗])?(?:人民)?政府")  # without a name: 自治区人民政府
_SIGNED_BY = re.compile(r"[\u4e00-\u9fff（）()]{2,30}(?:政府|办公室|委员会|厅|局|国务院)(?:办公厅|办公室)?")
_OWNER_OF_TITLE = (
    r"^(?:关于)?(?:(?:19|20)\d{2}年(?:度)?)?(?P<who>国务院|[\u4e00-\u9fff]{3,24}?(?:人民政府|政府|国务院|[局厅委办])?)"
)
_GOVERNMENT = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,14}?[省市区县州盟旗])(?:人民)?政府")
_CONGRESS_OF = re.compile(r"在(?P<name>[\u4e00-\u9fff]{2,14}?[省市区县州盟旗])第?[一二三四五六七八九十]+届?")
_TO_CONGRESS = re.compile("向(?:大会|各位代表|本次会议)(?:作|报告)|请予审议")


@cache
def _title_owner() -> re.Pattern[str]:
    """Return the pattern of who reports, at the start of a title, followed by what families put after it."""
    starts = "|".join(profile.title_start for profile in load_profiles().values())
    return re.compile(rf"{_OWNER_OF_TITLE}(?=关于|(?:19|20)\d{{2}}年|{starts})")


class _Found(NamedTuple):
    """What the document itself says; a field is None if it does not say."""

    family: Family | None
    title: str | None
    document_number: str | None
    issuer: str | None
    issued_on: date | None
    published_at: datetime | None


def join_title(lines: list[str]) -> list[str]:
    """Join a title that was broken over two or three lines.

    >>> join_title(["云汀市人民政府关于2019年法治政府", "建设工作情况的报告", "云府〔2020〕2号"])
    ['云汀市人民政府关于2019年法治政府建设工作情况的报告', '云府〔2020〕2号']
    """
    for start, line in enumerate(lines[:_HEAD_LINES]):
        if not _could_be_title(line) or _TITLE_END.search(line):
            if _SENTENCE_MARK.search(line) or _SALUTATION.match(line):
                break
            continue
        for n_lines in range(2, _MAX_TITLE_LINES + 1):
            parts = lines[start : start + n_lines]
            if len(parts) < n_lines or not all(_could_be_title(part) and not _LABEL.search(part) for part in parts):
                break
            title = normalize_spaces("".join(parts))
            if len(title) <= _MAX_TITLE_LENGTH and _TITLE_END.search(title) and _TITLE_WORD.search(title):
                return [*lines[:start], title, *lines[start + n_lines :]]
    return lines


def describe(
    text: str, lines: Sequence[str], sections: Sequence[Section], above: Sequence[str], info: PageInfo, hints: Hints
) -> tuple[Metadata, tuple[HintConflict, ...]]:
    """Return the metadata of a report, and the hints that it contradicts.

    Args:
        text: The text of the document.
        lines: The lines of the text.
        sections: The sections of the text.
        above: The lines of the page above the report.
        info: What the page says about the report.
        hints: What is known about the document.
    """
    found = _find(text, lines, above, info)
    family = found.family or hints.family
    title = found.title or hints.title
    delivered = _year_of(hints.delivered)
    years = coverage(text, sections, family, title, found.issued_on, delivered)
    report_year = years.report_year or hints.year or (delivered - 1 if delivered else None)
    decision = _reporter(text, found, info, hints, report_year)
    jurisdiction = decision.jurisdiction
    metadata = Metadata(
        family=family,
        jurisdiction=jurisdiction,
        body=decision.body,
        problem=decision.problem,
        issuer=found.issuer or _speaker(text, jurisdiction),
        title=title,
        document_number=found.document_number,
        issued_on=found.issued_on,
        published_at=found.published_at,
        report_year=report_year,
        covers_from=years.covers_from or report_year,
        covers_beyond=years.covers_beyond,
    )
    return metadata, tuple(_hint_conflicts(metadata, found, hints, years.report_year))


def _find(text: str, lines: Sequence[str], above: Sequence[str], info: PageInfo) -> _Found:
    """Return what the report and its page say."""
    head = _head(lines)
    tail = lines[-_TAIL_LINES:]
    title = _title(head, above, info)
    candidates = (*head, *above, info.document_number or "")
    document_number = next((number for line in candidates if (number := _document_number(line))), None)
    issued_on, signature_index = _signature(tail)
    if issued_on is None:
        short_lines = (line for line in (*head, *above) if len(line) <= _MAX_HEAD_LINE_LENGTH)
        deliveries = (match for line in short_lines if (match := _DELIVERED.fullmatch(line)))
        issued_on = next((find_date(match.group(1)) for match in deliveries), None)
    if issued_on is None and info.signed:
        issued_on = find_date(info.signed)
    posted = (info.published or "", *(line for line in above if _POSTED.match(line) and not _AT_CONGRESS.search(line)))
    published = next((time for line in posted if (time := find_time(line))), None)
    family = _family(title, text)
    return _Found(
        family=family,
        title=title,
        document_number=document_number,
        issuer=_issuer(tail, signature_index, title, text, spoken_only=family is not None and family.profile.spoken),
        issued_on=issued_on,
        published_at=published,
    )


def _head(lines: Sequence[str]) -> list[str]:
    """Return the lines of the report above its first sentence: title, number, issuer and date."""
    head: list[str] = []
    for line in lines[:_HEAD_LINES]:
        if (
            _SALUTATION.match(line)
            or _SENTENCE_MARK.search(line)
            or len(line) > _MAX_HEAD_LINE_LENGTH
            or line.startswith("一、")
        ):
            break
        head.append(line)
    return head


def _could_be_title(line: str) -> bool:
    return (
        2 <= len(line) <= _MAX_TITLE_LENGTH
        and "\t" not in line
        and not isinstance(line, FixedLine)
        and not _SENTENCE_MARK.search(line)
        and not _SALUTATION.match(line)
        and not _NUMBER.search(line)
        and not line.startswith(("一、", "（", "(", "—", "-", "附件"))
        and not date_line(line)
    )


def _title(head: Sequence[str], above: Sequence[str], info: PageInfo) -> str | None:
    labelled = next((match["title"] for line in (*head, *above) if (match := _LABELLED_TITLE.match(line))), None)
    if labelled:
        return labelled
    own = next((line for line in head if _could_be_title(line) and _TITLE_END.search(line)), None)
    if own and own != "政府工作报告":
        return own
    if info.title:
        from_page = normalize_spaces(_TITLE_CUT.split(info.title.strip())[0])
        if from_page and (own is None or _TITLE_END.search(from_page)):
            return from_page
    from_above = next((line for line in above if _could_be_title(line) and _TITLE_END.search(line)), None)
    return from_above or own


def _document_number(line: str) -> str | None:
    """Return the document number in a line with uniform brackets, as in 清府〔2020〕2号.

    >>> _document_number("云府[2020]2号"), _document_number("云府办〔2019〕第15号"), _document_number("2号文件")
    ('云府〔2020〕2号', '云府办〔2019〕15号', None)
    """
    if len(line) > 60:
        return None
    match = _NUMBER.search(line)
    if not match or match.start() > 12 or _CITED.search(match["office"]):
        return None
    return f"{match['office']}〔{match['year']}〕{match['serial']}号"


def _signature(tail: Sequence[str]) -> tuple[date | None, int | None]:
    """Return the date under the report, and the index of its line."""
    for index in range(len(tail) - 1, -1, -1):
        if len(tail[index]) <= 60 and (printed := date_line(tail[index])) and (day := find_date(printed)):
            return day, index
    return None, None


def _issuer(
    tail: Sequence[str], signature_index: int | None, title: str | None, text: str, *, spoken_only: bool
) -> str | None:
    """Return who signs the report, else on whose behalf the speech is given, else who reports by the title."""
    if signature_index is not None:
        line = tail[signature_index]
        same_line = line.replace(date_line(line) or "", "").strip("（）()")
        for candidate in (same_line, tail[signature_index - 1] if signature_index else ""):
            if _SIGNED_BY.fullmatch(candidate):
                return candidate
    speech = _I_SPEAK_FOR.search(text[:_OPENING])
    if speech and (speech["who"] == "国务院" or not _OWN_KIND.fullmatch(speech["who"])):
        return speech["who"]
    owner = _title_owner().match(title or "")
    if owner and not (spoken_only and speech) and owner["who"].endswith(_OFFICES):
        return owner["who"]
    return None


def _speaker(text: str, jurisdiction: Jurisdiction | None) -> str | None:
    """Return the issuer of 我代表县人民政府: in a report of 青穗县 it is 青穗县人民政府."""
    speech = _I_SPEAK_FOR.search(text[:_OPENING])
    if speech is None or jurisdiction is None or not speech["who"].endswith("人民政府"):
        return None
    own = _OWN_KIND.fullmatch(speech["who"])
    return f"{jurisdiction.name}人民政府" if own and jurisdiction.name.endswith(own["kind"]) else None


def _family(title: str | None, text: str) -> Family | None:
    """Return the family of a report, by its title, its opening, or the parts that the law prescribes."""
    profiles = load_profiles().values()
    for profile in profiles:
        if title and profile.title.search(title):
            return profile.family
    head = text[:600]
    if _TO_CONGRESS.search(head) or (_SALUTATION.match(text) and "政府工作" in text[:6000]):
        return next((profile.family for profile in profiles if profile.spoken), None)
    for profile in profiles:
        if profile.title.search(head):
            return profile.family
    for profile in profiles:
        if profile.parts and profile.law and len(profile.parts.findall(text)) >= 2 and profile.law.search(text):
            return profile.family
    return None


def _reporter(text: str, found: _Found, info: PageInfo, hints: Hints, year: int | None) -> Decision:
    """Return who reports."""
    speech = _I_SPEAK_FOR.search(text[:_OPENING])
    speaker = speech["who"] if speech and not _OWN_KIND.fullmatch(speech["who"]) else ""
    title = found.title or ""
    congresses = [_CONGRESS_OF.search(title), _CONGRESS_OF.search(text[:400])]
    return decide_reporter(
        Evidence(
            title=title,
            signatory=found.issuer or speaker,
            congresses=tuple(match["name"] for match in congresses if match),
            source=info.source or "",
            site=info.site or "",
            year=year,
            family=found.family or hints.family,
            text=text,
            jurisdiction=look_up(hints.jurisdiction, text, year).place if hints.jurisdiction else None,
            body=hints.body or "",
        )
    )


def _hint_conflicts(metadata: Metadata, found: _Found, hints: Hints, year: int | None) -> list[HintConflict]:
    conflicts: list[HintConflict] = []
    if hints.family and found.family and hints.family != found.family:
        conflicts.append(HintConflict("family", str(hints.family), str(found.family)))
    if hints.title and found.title and not _same_title(hints.title, found.title):
        conflicts.append(HintConflict("title", hints.title, found.title))
    if hints.jurisdiction and metadata.jurisdiction:
        hinted = find_place(hints.jurisdiction, metadata.jurisdiction.province_name or "", year)
        same = (hinted is not None and hinted.code == metadata.jurisdiction.code) or hints.jurisdiction in (
            metadata.jurisdiction.name,
            metadata.jurisdiction.code,
        )
        if not same and not _names_the_body(hints.jurisdiction, metadata.jurisdiction.name, metadata.body.name):
            conflicts.append(HintConflict("jurisdiction", hints.jurisdiction, metadata.jurisdiction.name))
    body = read_given_body(hints.body, year) if hints.body else None
    if body is not None and metadata.jurisdiction and body.slug != metadata.body.slug:
        conflicts.append(HintConflict("body", hints.body or "", metadata.body.name or "government"))
    if hints.year and year and hints.year != year:
        conflicts.append(HintConflict("report_year", str(hints.year), str(year)))
    return conflicts


def _names_the_body(hint: str, place: str, body: str) -> bool:
    """Return whether a hint for the place names the body there, with or without the place (沭阳县发展和改革局)."""
    return bool(body) and (hint == f"{place}{body}" or body.startswith(hint))


def _same_title(hint: str, found: str) -> bool:
    """Return whether one title contains the other, ignoring white space and brackets."""
    first, second = (re.sub(r"[\s（）()《》〔〕\[\]]", "", title) for title in (hint, found))
    return first in second or second in first


def _year_of(delivered: str | None) -> int | None:
    match = re.match(r"\s*((?:19|20)\d{2})", delivered or "")
    return int(match.group(1)) if match else None
