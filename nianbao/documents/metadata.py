"""What a report says of itself: title, document number, issuer, dates, family, jurisdiction, years.

The report's own lines speak first, then what the page says of it, then the manifest; where the manifest differs from
what was found, that is a Disagreement and the document's value stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from nianbao.documents.dates import date_line, find_date, find_time
from nianbao.documents.jurisdictions import find_jurisdiction, most_named
from nianbao.documents.model import Family, HintConflict, Hints, Jurisdiction, Metadata, Section
from nianbao.documents.page import PageInfo
from nianbao.documents.text.lines import FixedLine, normalize_spaces
from nianbao.documents.years import coverage
from schemas.families import load_profiles

_HEAD_LINES = 12
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
_LABELLED = re.compile("[:：]")
_SALUTATION = re.compile(r"(?:各位|同志们|主任、)")
_SENTENCE_MARK = re.compile("[。；！？]")
_NUMBER = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{1,14})[〔\[【（(﹝［〈<](?P<year>(?:19|20)\d{2})(?:年)?[〕\]】）)﹞］〉>]"
    r"(?:第)?(?P<serial>\d{1,5})号"
)
_CITED = re.compile("根据|按照|依据|批复|转发|关于")  # a document number that the report only cites
_DAY = (
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日"
    r"|[〇○Ｏ零一二三四五六七八九]{4}年[一二三四五六七八九十元]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_DELIVERED = re.compile(
    rf"[（(—\-－]{{0,2}}.{{0,4}}?({_DAY})(?:.{{0,30}}(?:会议|大会|代表大会).{{0,8}}|[\s\u4e00-\u9fff·]{{0,12}}(?=[)）]))[)）]?"
)
_AT_CONGRESS = re.compile("(?:会议|大会)上?")
_I_SPEAK_FOR = re.compile(r"我(?:受.{2,12}委托[，,])?代表(?P<who>[\u4e00-\u9fff]{0,16}?(?:人民政府|政府|国务院))")
_OWN_KIND = re.compile("(?P<kind>(?:自治)?[省市区县州盟旗])?(?:人民)?政府")  # says no name: 自治区人民政府
_SIGNED_BY = re.compile(r"[\u4e00-\u9fff（）()]{2,30}(?:政府|办公室|委员会|厅|局|国务院)(?:办公厅|办公室)?")
_OWNER_OF_TITLE = (
    r"^(?:关于)?(?:(?:19|20)\d{2}年(?:度)?)?(?P<who>国务院|[\u4e00-\u9fff]{3,24}?(?:人民政府|政府|国务院|[局厅委办])?)"
)
_GOVERNMENT = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,14}?[省市区县州盟旗])(?:人民)?政府")
_CONGRESS_OF = re.compile(r"在(?P<name>[\u4e00-\u9fff]{2,14}?[省市区县州盟旗])第?[一二三四五六七八九十]+届?")
_OUR = re.compile(r"(?:代表|我|全)(?P<kind>[省市区县州旗])(?:人民政府|政府|委)?")
_TO_CONGRESS = re.compile("向(?:大会|各位代表|本次会议)(?:作|报告)|请予审议")


@cache
def _title_owner() -> re.Pattern[str]:
    """Return the pattern of who reports, at the start of a title, followed by what families put after it."""
    starts = "|".join(profile.title_start for profile in load_profiles().values())
    return re.compile(rf"{_OWNER_OF_TITLE}(?=关于|(?:19|20)\d{{2}}年|{starts})")


class _Found(NamedTuple):
    """What the document itself says; None for what it does not."""

    family: Family | None
    title: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    published_at: datetime | None


def join_title(lines: list[str]) -> list[str]:
    """The lines with a title that was broken over two or three of them in one.

    >>> join_title(["云汀市人民政府关于2019年法治政府", "建设工作情况的报告", "云府〔2020〕2号"])
    ['云汀市人民政府关于2019年法治政府建设工作情况的报告', '云府〔2020〕2号']
    """
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if not _could_be_title(line) or _TITLE_END.search(line):
            if _SENTENCE_MARK.search(line) or _SALUTATION.match(line):
                break
            continue
        for more in (2, 3):
            parts = lines[at : at + more]
            if len(parts) < more or not all(_could_be_title(part) and not _LABELLED.search(part) for part in parts):
                break
            whole = normalize_spaces("".join(parts))
            if len(whole) <= 80 and _TITLE_END.search(whole) and re.search("关于|政府|工作|年度", whole):
                return [*lines[:at], whole, *lines[at + more :]]
    return lines


def describe(
    text: str, lines: Sequence[str], sections: Sequence[Section], above: Sequence[str], hints: PageInfo, given: Hints
) -> tuple[Metadata, tuple[HintConflict, ...]]:
    """The metadata of a report, and where the manifest differs from it.

    `lines` are the report's own, `above` those of the page that stood over them.
    """
    found = _find(text, lines, above, hints)
    family = found.family or given.family
    title = found.title or given.title
    delivered = _year_of(given.delivered)
    years = coverage(text, sections, family, found.title or given.title, found.issued_on, delivered)
    report_year = years.report_year or given.year or (delivered - 1 if delivered else None)
    jurisdiction = _jurisdiction(text, found, hints, given, report_year)
    metadata = Metadata(
        family=family,
        jurisdiction=jurisdiction,
        issuer=found.issuer or _speaker(text, jurisdiction),
        title=title,
        document_number=found.number,
        issued_on=found.issued_on,
        published_at=found.published_at,
        report_year=report_year,
        covers_from=years.covers_from or report_year,
        covers_beyond=years.covers_beyond,
    )
    return metadata, tuple(_disagreements(metadata, found, given, years.report_year))


def _find(text: str, lines: Sequence[str], above: Sequence[str], hints: PageInfo) -> _Found:
    head = _head(lines)
    tail = lines[-8:]
    title = _title(head, above, hints)
    numbered = (*head, *above, hints.document_number or "")
    number = next((printed for line in numbered if (printed := _document_number(line))), None)
    issued_on, signed_at = _signature(tail)
    if issued_on is None:
        said = (line for line in (*head, *above) if (len(line) <= 100))
        issued_on = next((find_date(spoken.group(1)) for line in said if (spoken := _DELIVERED.fullmatch(line))), None)
    if issued_on is None and hints.signed:
        issued_on = find_date(hints.signed)
    posted = (hints.published or "", *(line for line in above if _POSTED.match(line) and not _AT_CONGRESS.search(line)))
    published = next((time for line in posted if (time := find_time(line))), None)
    family = _family(title, text)
    return _Found(
        family=family,
        title=title,
        number=number,
        issuer=_issuer(tail, signed_at, title, text, spoken_only=family is not None and family.profile.spoken),
        issued_on=issued_on,
        published_at=published,
    )


def _head(lines: Sequence[str]) -> list[str]:
    """The report's lines above its first sentence: title, number, who and when."""
    head: list[str] = []
    for line in lines[:_HEAD_LINES]:
        if _SALUTATION.match(line) or _SENTENCE_MARK.search(line) or len(line) > 100 or line.startswith("一、"):
            break
        head.append(line)
    return head


def _could_be_title(line: str) -> bool:
    return (
        2 <= len(line) <= 80
        and "\t" not in line
        and not isinstance(line, FixedLine)
        and not _SENTENCE_MARK.search(line)
        and not _SALUTATION.match(line)
        and not _NUMBER.search(line)
        and not line.startswith(("一、", "（", "(", "—", "-", "附件"))
        and not date_line(line)
    )


def _title(head: Sequence[str], above: Sequence[str], hints: PageInfo) -> str | None:
    own = next((line for line in head if _could_be_title(line) and _TITLE_END.search(line)), None)
    if own and own != "政府工作报告":
        return own
    if hints.title:
        from_page = normalize_spaces(_TITLE_CUT.split(hints.title.strip())[0])
        if from_page and (own is None or _TITLE_END.search(from_page)):
            return from_page
    over = next((line for line in above if _could_be_title(line) and _TITLE_END.search(line)), None)
    return over or own


def _document_number(line: str) -> str | None:
    """A document number in any brackets, printed 清府〔2020〕2号.

    >>> _document_number("云府[2020]2号"), _document_number("云府办〔2019〕第15号"), _document_number("2号文件")
    ('云府〔2020〕2号', '云府办〔2019〕15号', None)
    """
    if len(line) > 60:
        return None
    found = _NUMBER.search(line)
    if not found or found.start() > 12 or _CITED.search(found["office"]):
        return None
    return f"{found['office']}〔{found['year']}〕{found['serial']}号"


def _signature(tail: Sequence[str]) -> tuple[date | None, int | None]:
    """The date under the report, and its line counted from the end of `tail`."""
    for at in range(len(tail) - 1, -1, -1):
        if len(tail[at]) <= 60 and (printed := date_line(tail[at])) and (day := find_date(printed)):
            return day, at
    return None, None


def _issuer(
    tail: Sequence[str], signed_at: int | None, title: str | None, text: str, *, spoken_only: bool
) -> str | None:
    """Who signs the report; else for whom it is spoken to the congress; else whose the title says it is."""
    if signed_at is not None:
        printed = date_line(tail[signed_at]) or ""
        same_line = tail[signed_at].replace(printed, "").strip("（）()")
        for candidate in (same_line, tail[signed_at - 1] if signed_at else ""):
            if _SIGNED_BY.fullmatch(candidate):
                return candidate
    spoken = _I_SPEAK_FOR.search(text[:2000])
    if spoken and (spoken["who"] == "国务院" or not _OWN_KIND.fullmatch(spoken["who"])):
        return spoken["who"]
    owner = _title_owner().match(title or "")
    if owner and not (spoken_only and spoken) and owner["who"].endswith(_OFFICES):
        return owner["who"]
    return None


def _speaker(text: str, jurisdiction: Jurisdiction | None) -> str | None:
    """我代表县人民政府, said in a report of 青穗县, means 青穗县人民政府."""
    spoken = _I_SPEAK_FOR.search(text[:2000])
    if spoken is None or jurisdiction is None or not spoken["who"].endswith("人民政府"):
        return None
    own = _OWN_KIND.fullmatch(spoken["who"])
    return f"{jurisdiction.name}人民政府" if own and jurisdiction.name.endswith(own["kind"]) else None


def _family(title: str | None, text: str) -> Family | None:
    """The series of a report: its title says, else how it begins, else the parts that the law prescribes."""
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


def _jurisdiction(text: str, found: _Found, hints: PageInfo, given: Hints, year: int | None) -> Jurisdiction | None:
    """The government's unit: by who signs or speaks, the title, the congress, or the name that the text says most."""
    nearby = " ".join(filter(None, (given.jurisdiction, hints.site, hints.source, text)))
    given_unit = find_jurisdiction(given.jurisdiction, year=year) if given.jurisdiction else None
    spoken = _I_SPEAK_FOR.search(text[:2000])
    names = [found.issuer, spoken["who"] if spoken else None]
    if found.title:
        names += [hit["name"] for hit in (_GOVERNMENT.search(found.title), _CONGRESS_OF.search(found.title)) if hit]
        if owner := _title_owner().match(found.title):
            names.append(owner["who"])
    names += [hit["name"] for hit in (_CONGRESS_OF.search(text[:400]),) if hit]
    for name in names:
        if name and (unit := _unit(name, nearby, given_unit, year)):
            return unit
    ours = _OUR.search(text[:3000])
    kind = ours["kind"] if ours else None
    if given_unit is None and kind and (name := most_named(text, kind)) and (unit := _unit(name, nearby, None, year)):
        return unit
    for label in (hints.source, hints.site):
        if label and given_unit is None and (unit := _unit(label, nearby, None, year)):
            return unit
    return given_unit


def _unit(name: str, nearby: str, given: Jurisdiction | None, year: int | None) -> Jurisdiction | None:
    """The unit of a name; where several bear it, the manifest's, if it is one of them."""
    unit = find_jurisdiction(name, nearby="", year=year)
    if unit is None and given and given.name and name.removesuffix("人民政府").endswith(given.name):
        return given
    return unit or find_jurisdiction(name, nearby=nearby, year=year)


def _disagreements(metadata: Metadata, found: _Found, given: Hints, year: int | None) -> list[HintConflict]:
    differ: list[HintConflict] = []
    if given.family and found.family and given.family != found.family:
        differ.append(HintConflict("family", str(given.family), str(found.family)))
    if given.title and found.title and not _same_title(given.title, found.title):
        differ.append(HintConflict("title", given.title, found.title))
    if given.jurisdiction and metadata.jurisdiction:
        meant = find_jurisdiction(given.jurisdiction, nearby=metadata.jurisdiction.province_name or "")
        same = meant == metadata.jurisdiction or given.jurisdiction in (
            metadata.jurisdiction.name,
            metadata.jurisdiction.code,
        )
        if not same:
            differ.append(HintConflict("jurisdiction", given.jurisdiction, metadata.jurisdiction.name))
    if given.year and year and given.year != year:
        differ.append(HintConflict("report_year", str(given.year), str(year)))
    return differ


def _same_title(given: str, found: str) -> bool:
    """Whether one title is the other, or holds it, white space and brackets apart."""
    one, other = (re.sub(r"[\s（）()《》〔〕\[\]]", "", title) for title in (given, found))
    return one in other or other in one


def _year_of(delivered: str | None) -> int | None:
    found = re.match(r"\s*((?:19|20)\d{2})", delivered or "")
    return int(found.group(1)) if found else None
