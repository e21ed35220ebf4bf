"""Downloads for the pages: CSV and JSON of their figures, and a feed of reports and findings. Pure.

A table in a JSON file is its `columns` and its `rows`, each row on its own line: names repeated in every row would be
two thirds of the file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from nianbao.atlas import urls
from nianbao.atlas.i18n import family_texts, unit_in_english
from nianbao.atlas.queries import ReportRows, page_key
from nianbao.atlas.romanize import name_in_english
from nianbao.atlas.site_index import Atlas
from nianbao.io.escape import escape_invisible
from nianbao.places.names import reporter_name
from schemas.rows import ComparisonRow, FindingRow, ReportRow

# The columns of `comparisons` that are downloaded, as in the table.
COLUMNS = (
    *("family", "jurisdiction_code", "jurisdiction_name", "body_id", "body_name", "series_code", "indicator_id"),
    *("scope", "year", "value", "unit", "qualifier", "previous_year", "previous_value", "change_pct", "change_pp"),
    *("reported_change_pct", "comparability", "comparability_note", "grade", "latest_value", "observation_id", "quote"),
)
_OBSERVATION_COLUMNS = (
    *("observation_id", "indicator_id", "subject", "scope", "period_start", "period_end", "period_type", "kind"),
    *("modality", "value", "unit", "qualifier", "direction", "compared_with", "whole", "part", "population", "area"),
    *("actor", "read_by", "grade", "reading", "confidence", "quote", "sentence", "char_start", "char_end"),
)
# In JSON a sentence is written once, however many observations it has.
_NUMBERED_COLUMNS = tuple("sentence_number" if name == "sentence" else name for name in _OBSERVATION_COLUMNS)
_FINDING_COLUMNS = (
    *("finding_id", "check", "severity", "status", "report_id", "jurisdiction_name", "body_name", "report_year"),
    *("indicator_id", "left_text", "right_text", "message_zh", "message_en", "observation_id", "other_observation_id"),
)
_CITATION_COLUMNS = ("unit_en", "sentence", "report_id", "page", "series_page")
_REPORT_COLUMNS = ("report_id", "title", "issuer", "issued_on", "published_at", "source_url", "raw_sha256")
_INDICATOR_COLUMNS = (
    *("indicator_id", "family", "category", "name_zh", "name_en", "definition", "unit", "kind", "nature", "higher_is"),
    *("growth", "definition_version", "breaks"),
)
_MAX_FEED = 100


def indicator_files(
    atlas: Atlas, indicator_id: str, rows: Sequence[ComparisonRow], sentences: Mapping[str, str]
) -> dict[str, str]:
    """Return the CSV, the JSON and the script with the figures of an indicator, by path."""
    about = _columns_of(atlas.indicators[indicator_id], _INDICATOR_COLUMNS)
    page = urls.indicator_page(indicator_id)
    return {
        urls.download(page, "csv"): _csv(rows, COLUMNS),
        urls.download(page, "json"): _figures(atlas, {"indicator": about}, rows, sentences),
        urls.download(page, "js"): _script(f"i/{indicator_id}", rows),
    }


def body_files(
    atlas: Atlas, key: str, rows: Sequence[ComparisonRow], findings: Sequence[FindingRow], sentences: Mapping[str, str]
) -> dict[str, str]:
    """Return the CSV and the JSON of the figures and the CSV of the findings of a reporting body, by path."""
    used = {row["indicator_id"] for row in rows}
    indicators = _table([row for name, row in atlas.indicators.items() if name in used], _INDICATOR_COLUMNS)
    place = atlas.bodies[key]
    about = {"name": place.name, "name_en": place.name_en, "level": place.level}
    page = urls.body_page(key)
    files = {
        urls.download(page, "csv"): _csv(rows, COLUMNS),
        urls.download(page, "json"): _figures(
            atlas, {"reporting_body": about, "indicators": indicators}, rows, sentences
        ),
    }
    if findings:
        findings_page = urls.findings_page(key)
        files[urls.download(findings_page, "csv")] = _csv(findings, _FINDING_COLUMNS)
        files[urls.download(findings_page, "json")] = _json(
            {"version": atlas.version, "findings": _table(findings, _FINDING_COLUMNS)}
        )
    return files


def report_files(atlas: Atlas, report: ReportRow, tables: ReportRows) -> dict[str, str]:
    """Return the CSV and the JSON of the observations of a report, by path."""
    page = urls.report_page(report["report_id"])
    sentences = {
        sentence: n for n, sentence in enumerate(dict.fromkeys(row["sentence"] for row in tables.observations))
    }
    numbered = [{**row, "sentence_number": sentences[row["sentence"]]} for row in tables.observations]
    content = {
        "version": atlas.version,
        "report": _columns_of(report, _REPORT_COLUMNS),
        "page_of_an_observation": f"{page}#{urls.number_anchor('{char_start}')}",
        "sentences": [_plain(sentence) for sentence in sentences],
        "observations": _table(numbered, _NUMBERED_COLUMNS),
    }
    return {
        urls.download(page, "csv"): _csv(tables.observations, _OBSERVATION_COLUMNS),
        urls.download(page, "json"): _json(content),
    }


class _Entry(NamedTuple):
    """An entry of the feed; `date` is that of its report, in ISO 8601."""

    date: str
    entry_id: str
    title: str
    url: str


def feed(atlas: Atlas, findings: Sequence[FindingRow] = ()) -> str:
    """Return an Atom feed of the newest reports and of findings, dated as their reports are."""
    entries = [_entry_of_report(row) for row in atlas.reports.values()]
    newest = sorted(entries, reverse=True)[:_MAX_FEED]
    newest += [_entry_of_finding(atlas, row) for row in findings if row["report_id"] in atlas.reports]
    newest.sort(reverse=True)
    updated = newest[0].date if newest else "2000-01-01"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>年报 Nianbao</title>\n<id>urn:nianbao:reports</id>\n<updated>{updated}T00:00:00Z</updated>\n"
        f'<author><name>Nianbao</name></author>\n<link rel="alternate" href="{urls.FRONT}"/>\n'
        f"{''.join(map(_entry_xml, newest))}</feed>\n"
    )


def _entry_of_report(row: ReportRow) -> _Entry:
    name = reporter_name(row["jurisdiction_name"], row["body_name"])
    english = name_in_english(row["jurisdiction_name"], row["body_name"])
    zh, en = family_texts(row["family"])
    title = f"{name} {row['report_year']} {zh} / {english} {row['report_year']} {en}"
    return _Entry(_date(row), f"report:{row['report_id']}", title, urls.report_page(row["report_id"]))


def _entry_of_finding(atlas: Atlas, row: FindingRow) -> _Entry:
    report = atlas.reports[row["report_id"] or ""]
    name = reporter_name(report["jurisdiction_name"], report["body_name"])
    english = name_in_english(report["jurisdiction_name"], report["body_name"])
    title = f"{name} {report['report_year']}: {row['message_zh']} / {english}: {row['message_en']}"
    url = atlas.number_url(row["observation_id"]) or urls.report_page(report["report_id"])
    return _Entry(_date(report), f"finding:{row['finding_id']}", title, url)


def _entry_xml(entry: _Entry) -> str:
    title, entry_id, url = (escape(escape_invisible(text)) for text in (entry.title, entry.entry_id, entry.url))
    return (
        f"<entry><title>{title}</title><id>urn:nianbao:{entry_id}</id>"
        f'<updated>{entry.date}T00:00:00Z</updated><link href="{url}"/></entry>\n'
    )


def _date(row: ReportRow) -> str:
    """Return when a report was published or signed; the end of the year after the one it is on if it says neither."""
    if row["published_at"]:
        return row["published_at"].date().isoformat()
    return row["issued_on"].isoformat() if row["issued_on"] else f"{row['report_year'] + 1}-12-31"


def _figures(
    atlas: Atlas, about: Mapping[str, Any], rows: Sequence[ComparisonRow], sentences: Mapping[str, str]
) -> str:
    """Return figures as JSON with what is needed to cite them: sentence, report, source, hash, page."""
    figures = []
    cited: dict[str, ReportRow] = {}
    for row in rows:
        observation_id = row["observation_id"] or ""
        report = atlas.reports.get(observation_id.rsplit("#", 1)[0])
        if report:
            cited[report["report_id"]] = report
        figures.append(
            {
                **row,
                "unit_en": unit_in_english(row["unit"]),
                "sentence": sentences.get(observation_id),
                "report_id": report["report_id"] if report else None,
                "page": atlas.number_url(row["observation_id"]),
                "series_page": atlas.permanent_url(page_key(row), row["indicator_id"]),
            }
        )
    tables = {
        "reports": _table(list(cited.values()), _REPORT_COLUMNS),
        "figures": _table(figures, (*COLUMNS, *_CITATION_COLUMNS)),
    }
    return _json({"version": atlas.version, **about, **tables})


def _script(name: str, rows: Sequence[ComparisonRow]) -> str:
    """Return figures as a script, because a page on disk cannot fetch data: the columns, then the rows."""
    lines = [json.dumps(COLUMNS)]
    lines += [json.dumps(list(_columns_of(row, COLUMNS).values()), ensure_ascii=False) for row in rows]
    return f'nianbaoAtlas.add("{name}", [\n' + ",\n".join(lines) + "\n]);\n"


def _columns_of(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    """Return a value as JSON and CSV write it: dates in ISO 8601, invisible characters escaped."""
    if isinstance(value, str):
        return escape_invisible(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _csv(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(_plain(row[name])) for name in names] for row in rows)
    return "\ufeff" + file.getvalue()  # the mark tells spreadsheets that the text is UTF-8


def _cell(value: Any) -> Any:
    """Return a value for a cell: text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t") and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True


def _table(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    return {"columns": list(names), "rows": [[_plain(row[name]) for name in names] for row in rows]}


def _json(content: Mapping[str, Any]) -> str:
    """Return an object as JSON, with each row of a table on its own line."""
    parts = []
    for name, value in content.items():
        if isinstance(value, dict) and "rows" in value:
            rows = ",\n".join(map(_compact, value["rows"]))
            parts.append(f'"{name}":{{"columns":{_compact(value["columns"])},"rows":[\n{rows}\n]}}')
        else:
            parts.append(f'"{name}":{_compact(value)}')
    return "{" + ",\n".join(parts) + "}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
