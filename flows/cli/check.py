"""The command `check`: show statements in the reports that are inconsistent, revised or missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.language import in_language, is_chinese, word
from flows.cli.messages import printable, stop
from flows.cli.options import CURATED, AsJson, Curated, Jurisdiction
from flows.cli.query import filter_jurisdiction, locations, print_json, read_rows, version_folder
from flows.cli.reporters import Body, filter_body, name_of, no_body_message
from flows.cli.series_grids import number
from flows.cli.terminal import print_lines, print_path, terminal
from nianbao.atlas.finding_lists import LISTS, list_of
from nianbao.atlas.urls import FRONT
from schemas.rows import FindingRow, ReportRow

# Without options, at most this many findings are shown.
MAX_SHOWN = 30
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

    Without options, only the first of many findings are shown, contradictions before missed targets. Each finding
    shows both sides and the range that the printed digits allow. Without `--body` the findings of governments and of
    all other bodies are shown.
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
    is_short = not (jurisdiction or body or name or status) and len(rows) > MAX_SHOWN
    _print_findings(console, sorted(rows, key=_doubts_first)[:MAX_SHOWN] if is_short else rows)
    if is_short:
        print_lines(console, _left_out(rows))
    n_fail = sum(row["status"] == "fail" for row in rows)
    print_lines(
        console, in_language(f"{len(rows)}条疑点，{n_fail}条不符", f"{len(rows)} findings, {n_fail} of them fail")
    )
    for line in locations(curated, "findings", FRONT):
        print_path(console, line)


def _print_findings(console: Console, rows: Sequence[FindingRow]) -> None:
    """Print findings under the reports that they are about."""
    report_id = ""
    for row in sorted(rows, key=_report_of):
        if report_id != (report_id := row["report_id"] or ""):
            heading = " ".join(filter(None, (report_id, name_of(row))))
            console.print(Text(printable(heading), style="bold"))
        verdict = word(row["status"]) if is_chinese() else row["status"]
        console.print(Text(f"  {verdict} {row['check']}", style=_STYLES.get(row["status"], "")))
        print_lines(console, in_language(row["message_zh"], row["message_en"]), "    ", "    ")
        if interval := _interval(row):
            print_lines(console, f"{in_language('舍入后的范围', 'rounding interval')}: {interval}", "    ", "    ")


def _report_of(row: FindingRow) -> str:
    return row["report_id"] or ""


def _doubts_first(row: FindingRow) -> tuple[bool, bool, int, str]:
    """Return the sort key of a finding in a short list: contradictions, then revisions, and missed targets last."""
    missed = list_of(row) == LISTS[-1]
    return missed, row["status"] != "fail", LISTS.index(list_of(row)), _report_of(row)


def _left_out(rows: Sequence[FindingRow]) -> str:
    """Return how many findings of each check a short list leaves out, and how to see them."""
    hidden = sorted(rows, key=_doubts_first)[MAX_SHOWN:]
    counts = ", ".join(f"{n} {check}" for check, n in Counter(row["check"] for row in hidden).most_common())
    options = "--jurisdiction, --check, --status"
    return in_language(
        f"……另有{len(hidden)}条：{counts}；用 {options} 查看", f"… and {len(hidden)} more: {counts}; use {options}"
    )


def _interval(row: FindingRow) -> str:
    """Return the interval that the printed digits allow; empty for a target, which is missed and not misprinted."""
    if row["check"] == "target_missed" or row["interval_low"] is None or row["interval_high"] is None:
        return ""
    return f"{number(row['interval_low'])} – {number(row['interval_high'])}"
