"""The page of a report: its text, every number marked and linked to its series. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nianbao.atlas.annotate import LinkedObservation, Paragraph, annotate
from nianbao.atlas.i18n import both, text_of
from nianbao.atlas.queries import ReportRows, page_key
from nianbao.atlas.site_index import Atlas, ReportingBody
from schemas.rows import FindingRow, ObservationRow, ReportRow, SectionRow


@dataclass(frozen=True, slots=True)
class ReportView:
    """The page of a report.

    Attributes:
        report: The report.
        place: Who reports.
        previous: The report before it in its series.
        next: The report after it in its series.
        paragraphs: Its text with the numbers marked.
        contents: Its sections of the first level, each with the offset of the paragraph in which it starts.
        marks: Number of observations by the CSS class of their mark.
        n_ocr: Number of observations that were recognized in an image.
        n_unmatched: Number of numbers that are not observations.
        findings: The findings about it.
    """

    report: ReportRow
    place: ReportingBody
    previous: ReportRow | None
    next: ReportRow | None
    paragraphs: list[Paragraph]
    contents: list[tuple[int, SectionRow]]
    marks: Counter[str]
    n_ocr: int
    n_unmatched: int
    findings: list[FindingRow]


def report_view(atlas: Atlas, report: ReportRow, tables: ReportRows) -> ReportView:
    """Return the view of a report."""
    place = atlas.bodies[page_key(report)]
    series = [row for row in place.reports if row["family"] == report["family"]]
    position = next(n for n, row in enumerate(series) if row["report_id"] == report["report_id"])
    numbers = [_linked_observation(atlas, report, row) for row in tables.observations]
    paragraphs = list(annotate(tables.text, numbers, tables.unmatched, tables.sections, tables.cells))
    return ReportView(
        report=report,
        place=place,
        previous=series[position - 1] if position else None,
        next=series[position + 1] if position + 1 < len(series) else None,
        paragraphs=paragraphs,
        contents=contents_of(paragraphs, tables.sections),
        marks=Counter(row["mark"].removesuffix(" ocr") for row in numbers),
        n_ocr=sum(row["reading"] == "ocr" for row in tables.observations),
        n_unmatched=len(tables.unmatched),
        findings=tables.findings,
    )


def contents_of(paragraphs: Sequence[Paragraph], sections: Sequence[SectionRow]) -> list[tuple[int, SectionRow]]:
    """Return the sections of the first level with the paragraph or row that contains their beginning."""
    starts = sorted(
        start for each in paragraphs for start in ([row.start for row in each.rows] if each.rows else [each.start])
    )
    found = []
    for row in sections:
        position = bisect_right(starts, row["char_start"])
        if row["level"] == 1 and row["heading"] and position:
            found.append((starts[position - 1], row))
    return found


def _linked_observation(atlas: Atlas, report: ReportRow, row: ObservationRow) -> LinkedObservation:
    mark = "is_target" if row["modality"] == "target" else row["kind"]
    return {
        **row,
        "mark": f"{mark} ocr" if row["reading"] == "ocr" else mark,
        "href": atlas.series_url(page_key(report), row["indicator_id"]),
        "tooltip": _tooltip(atlas, row, mark),
    }


def _tooltip(atlas: Atlas, row: ObservationRow, mark: str) -> str:
    """Return what a number is in both languages, then what needs no translation: part, period, grade, confidence."""
    indicator = atlas.indicators.get(row["indicator_id"] or "")
    names = (indicator["name_zh"], indicator["name_en"]) if indicator else (row["subject"], "")
    words = [[name, text_of(_TEXT_KEYS.get(mark, mark))[n]] for n, name in enumerate(names)]
    shared = [row["part"], row["population"], row["area"], _period(row), "" if row["grade"] == "A" else row["grade"]]
    if row["reading"] == "ocr":
        for n, texts in enumerate(words):
            texts.append(text_of("ocr")[n])
        shared.append("" if row["confidence"] is None else f"{row['confidence']:.0%}")
    both_words = both(*(" · ".join(text for text in texts if text) for texts in words))
    rest = " · ".join(text for text in shared if text)
    return f"{both_words} | {rest}" if rest else both_words


# The text key `rank` is a position among jurisdictions; the kind of number has another key.
_TEXT_KEYS = {"rank": "kind_rank"}


def _period(row: ObservationRow) -> str:
    start, end = row["period_start"], row["period_end"]
    if start == end:
        return "" if end is None else str(end)
    return f"{start or ''}–{end or ''}"
