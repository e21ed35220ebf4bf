"""Report a run on Prefect's page: what was new, coverage, findings, rejects and timings.

The functions that format the reports are pure; `create_artifacts` is what a flow calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.cli.coverage import coverage_grid, coverage_notes
from flows.cli.query import Row
from flows.prefect_settings import fast_import
from schemas.rows import TABLE_NAMES, CoverageRow, FindingRow, RejectRow

with fast_import():
    from prefect.artifacts import create_markdown_artifact, create_table_artifact

    from nianbao.pipeline import RunResult
    from nianbao.publishing.read_tables import has_table, read_table
    from nianbao.sources.report import FetchResult

RUN, COVERAGE, FINDINGS, REJECTS = "nianbao-run", "nianbao-coverage", "nianbao-findings", "nianbao-rejects"

MAX_NAMES = 50
MAX_ROWS = 200
GRID_LINES = 400
GRID_WIDTH = 110
FINDING_COLUMNS = ("report_id", "check", "severity", "status", "message_zh", "message_en")
REJECT_COLUMNS = ("stage", "check", "reason", "source_url", "raw_path", "report_id", "table", "column")
_SEVERITY = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class VersionSnapshot:
    """The published reports by id, with the hash of their bytes and the version that read them."""

    reports: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """Which reports a run added, read from changed bytes, read again from the same bytes, and removed."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    reread: tuple[str, ...]
    removed: tuple[str, ...]


def snapshot_of(curated: Path) -> VersionSnapshot:
    """Return the reports that are published in a folder."""
    if not has_table(curated, "reports"):
        return VersionSnapshot()
    rows = read_table(curated, "reports", ["report_id", "raw_sha256", "reader_version"]).to_pylist()
    return VersionSnapshot({row["report_id"]: (row["raw_sha256"], row["reader_version"]) for row in rows})


def difference(before: VersionSnapshot, after: VersionSnapshot) -> Difference:
    """Return the reports that differ between two versions."""
    both = before.reports.keys() & after.reports.keys()
    changed = {name for name in both if before.reports[name][0] != after.reports[name][0]}
    reread = {name for name in both - changed if before.reports[name] != after.reports[name]}
    new, removed = after.reports.keys() - before.reports.keys(), before.reports.keys() - after.reports.keys()
    return Difference(*(tuple(sorted(names)) for names in (new, changed, reread, removed)))


def run_markdown(
    result: RunResult,
    changes: Difference,
    fetched: Sequence[FetchResult],
    seconds: Mapping[str, float],
    rejects: Sequence[RejectRow],
) -> str:
    """Return the page of a run: what it did, what is published now, and how long each step took."""
    rows, work = result.n_rows, result.counts
    verb = "Published" if result.changed else "Nothing changed since"
    headline = f"{verb} version `{result.run}`"
    parts = [
        f"# {headline}",
        f"{rows['reports']} reports, {rows['observations']} observations, {rows['findings']} findings, "
        f"{rows['rejects']} rejects.",
        "## What changed 新增",
        "\n".join(
            (
                _id_list("new", changes.new),
                _id_list("changed", changes.changed),
                _id_list("read again", changes.reread),
                _id_list("removed", changes.removed),
            )
        ),
        f"Snapshots: {work.new} new, {work.reread} read again, {work.rematched} matched again, {work.unchanged} "
        "unchanged.",
    ]
    if fetched:
        counts_by_result = Counter(page.outcome for page in fetched)
        parts += ["## Downloads 抓取", _table(("result", "pages"), sorted(counts_by_result.items()))]
        failed = [page for page in fetched if page.outcome in ("failed", "stopped", "withheld")]
        lines = [(page.source.id, page.outcome, page.url, page.note) for page in failed[:MAX_NAMES]]
        if lines:
            parts.append(_table(("source", "result", "URL", "reason"), lines))
    if rejects:
        reasons = Counter((row["stage"], row["check"]) for row in rejects)
        counts = [(stage, check, n) for (stage, check), n in reasons.most_common()]
        parts += ["## Rejects by reason 拒收", _table(("stage", "check", "rows"), counts)]
    shares = [(family, n, total, f"{n / total:.0%}") for family, (n, total) in result.matched.items() if total]
    parts += ["## Numbers with an indicator 指标", _table(("family", "matched", "total", "share"), shares)]
    parts += ["## Rows by table 表", _table(("table", "rows"), rows.items())]
    timed = [(step, f"{took:.1f}") for step, took in seconds.items()]
    parts += ["## Seconds by step 用时", _table(("step", "seconds"), timed)]
    return "\n\n".join(part for part in parts if part)


def coverage_markdown(rows: Sequence[CoverageRow]) -> str:
    """Return the page of coverage: counts by family, and the grid of governments and years."""
    statuses = ("published", "late", "missing", "awaited", "quarantined", "dissolved")
    counts_by_status = Counter((row["family"], row["status"]) for row in rows)
    families = dict.fromkeys(row["family"] for row in rows)
    counts = [(family, *(counts_by_status[family, status] for status in statuses)) for family in families]
    lines = [str(line) for line in coverage_grid(rows, GRID_WIDTH)] if rows else []
    n_omitted = len(lines) - GRID_LINES
    shown = lines[:GRID_LINES] + ([f"… {n_omitted} more lines: nianbao coverage"] if n_omitted > 0 else [])
    notes = coverage_notes(rows)
    return "\n\n".join(
        ["# Coverage 齐备情况", _table(("family", *statuses), counts), "```\n" + "\n".join([*shown, *notes]) + "\n```"]
    )


def finding_rows(findings: Sequence[FindingRow], changes: Difference) -> list[dict[str, str | None]]:
    """Return the findings of reports that this run read, then the others, worst first."""
    fresh = {*changes.new, *changes.changed, *changes.reread}
    ordered = sorted(
        findings,
        key=lambda row: (row["report_id"] not in fresh, row["status"] != "fail", _SEVERITY.index(row["severity"])),
    )
    return [
        {
            "report_id": row["report_id"],
            "check": row["check"],
            "severity": row["severity"],
            "status": row["status"],
            "message_zh": row["message_zh"],
            "message_en": row["message_en"],
        }
        for row in ordered[:MAX_ROWS]
    ]


def create_artifacts(
    curated: Path,
    result: RunResult,
    before: VersionSnapshot,
    fetched: Sequence[FetchResult],
    seconds: Mapping[str, float],
) -> None:
    """Create the four artifacts of a run: its page, coverage, findings and rejects."""
    changes = difference(before, snapshot_of(curated))
    findings, rejects = _rows(curated, FindingRow, FINDING_COLUMNS), _rows(curated, RejectRow, REJECT_COLUMNS)
    create_markdown_artifact(
        run_markdown(result, changes, fetched, seconds, rejects),
        key=RUN,
        description="What a run did: new reports, rejects by reason, rows, seconds.",
    )
    create_markdown_artifact(
        coverage_markdown(_rows(curated, CoverageRow)),
        key=COVERAGE,
        description="Which reports are published, late, missing or quarantined.",
    )
    create_table_artifact(
        finding_rows(findings, changes),
        key=FINDINGS,
        description=f"Statements that do not add up, newly read reports first: {_count(len(findings))}.",
    )
    create_table_artifact(
        [dict(row) for row in rejects[:MAX_ROWS]],
        key=REJECTS,
        description=f"What could not be read or failed a check, with the reason: {_count(len(rejects))}.",
    )


def _count(number: int) -> str:
    return f"{min(number, MAX_ROWS)} of {number}" if number > MAX_ROWS else f"all {number}"


def _rows(curated: Path, kind: type[Row], columns: Sequence[str] | None = None) -> list[Row]:
    rows: list[Row] = read_table(curated, TABLE_NAMES[kind], columns).to_pylist()
    return rows


def _id_list(change: str, ids: Sequence[str]) -> str:
    """Return a list item with the number of ids and the first ids."""
    more = f", … and {len(ids) - MAX_NAMES} more" if len(ids) > MAX_NAMES else ""
    names = ": " + ", ".join(f"`{name}`" for name in ids[:MAX_NAMES]) + more if ids else ""
    return f"- {len(ids)} {change}{names}"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table; an empty text if it has no rows."""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines])


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
