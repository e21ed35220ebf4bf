"""The command `check`: show statements in the reports that are inconsistent, revised or missed."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from flows.cli.language import in_language, is_chinese, word
from flows.cli.messages import printable, stop
from flows.cli.options import CURATED, AsJson, Curated, Jurisdiction
from flows.cli.query import filter_jurisdiction, locations, print_json, read_rows, version_folder
from flows.cli.reporters import Body, filter_body, name_of, no_body_message
from flows.cli.series_grids import number
from flows.cli.terminal import print_lines, print_path, terminal
from nianbao.atlas.urls import FRONT
from schemas.rows import FindingRow, ReportRow

_STYLES = {"fail": "red", "uncertain": "yellow"}
_REPORTER = ("jurisdiction_code", "jurisdiction_name", "series_code", "body_id", "body_name", "body_kind")


def check(
    jurisdiction: Jurisdiction = None,
    body: Body = None,
    name: Annotated[str | None, typer.Option("--check", help="Only this check: rate_of_parts, restatement, …")] = None,
    status: Annotated[str | None, typer.Option("--status", help="Only this verdict: fail or uncertain.")] = None,
    curated: Curated = CURATED,
    as_json: AsJson = False,
) -> None:
    """Show statements in the reports that do not add up.

    Each finding shows both sides of the contradiction and the range that the printed digits allow. Without `--body` the
    findings of governments and of all other bodies are shown.
    """
    folder = version_folder(curated)
    rows = filter_jurisdiction(read_rows(folder, FindingRow), jurisdiction, folder)
    if body:
        bodies = filter_jurisdiction(read_rows(folder, ReportRow, _REPORTER), jurisdiction, folder)
        if not filter_body(bodies, body):
            stop(no_body_message(bodies, body))
        rows = filter_body(rows, body)
    rows = [row for row in rows if name in (None, row["check"]) and status in (None, row["status"])]
    if as_json:
        print_json(rows)
        return
    console = terminal()
    report_id = ""
    for row in sorted(rows, key=lambda row: row["report_id"] or ""):
        if report_id != (report_id := row["report_id"] or ""):
            heading = " ".join(filter(None, (report_id, name_of(row))))
            console.print(Text(printable(heading), style="bold"))
        verdict = word(row["status"]) if is_chinese() else row["status"]
        console.print(Text(f"  {verdict} {row['check']}", style=_STYLES.get(row["status"], "")))
        print_lines(console, in_language(row["message_zh"], row["message_en"]), "    ", "    ")
        if interval := _interval(row):
            print_lines(console, f"{in_language('舍入后的范围', 'rounding interval')}: {interval}", "    ", "    ")
    n_fail = sum(row["status"] == "fail" for row in rows)
    print_lines(
        console, in_language(f"{len(rows)}条疑点，{n_fail}条不符", f"{len(rows)} findings, {n_fail} of them fail")
    )
    for line in locations(curated, "findings", FRONT):
        print_path(console, line)


def _interval(row: FindingRow) -> str:
    """Return the interval that the printed digits allow; empty for a target, which is missed and not misprinted."""
    if row["check"] == "target_missed" or row["interval_low"] is None or row["interval_high"] is None:
        return ""
    return f"{number(row['interval_low'])} – {number(row['interval_high'])}"
