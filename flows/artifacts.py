"""What a run leaves on Prefect's page: what was new, coverage, findings, rejects and timings, as text and tables.

The functions that make them are pure; `leave_artifacts` is what a flow calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from flows.cli.coverage import grid, in_words
from flows.prefect_settings import fast_import

with fast_import():
    from prefect.artifacts import create_markdown_artifact, create_table_artifact

    from nianbao.pipeline import RunResult
    from nianbao.sources.report import FetchResult

Row = Mapping[str, Any]
RUN, COVERAGE, FINDINGS, REJECTS = "nianbao-run", "nianbao-coverage", "nianbao-findings", "nianbao-rejects"

MOST_NAMES = 50
MOST_ROWS = 200
GRID_LINES = 400
GRID_WIDTH = 110
FINDING_COLUMNS = ("report_id", "check", "severity", "status", "message_zh", "message_en")
REJECT_COLUMNS = ("stage", "check", "reason", "source_url", "raw_path", "report_id", "table", "column")
_SEVERITY = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class VersionSnapshot:
    """The reports that are published, by id: the hash of their bytes and the version that read them."""

    reports: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """Which reports a run added, read from other bytes, read anew from the same, and took away."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    reread: tuple[str, ...]
    gone: tuple[str, ...]


def snapshot_of(curated: Path) -> VersionSnapshot:
    """What is published in a folder; nothing where there is nothing."""
    path = curated / "reports.parquet"
    if not path.exists():
        return VersionSnapshot()
    rows = parquet.read_table(path, columns=["report_id", "raw_sha256", "reader_version"]).to_pylist()
    return VersionSnapshot({row["report_id"]: (row["raw_sha256"], row["reader_version"]) for row in rows})


def difference(before: VersionSnapshot, after: VersionSnapshot) -> Difference:
    """What lies between two states."""
    both = before.reports.keys() & after.reports.keys()
    changed = {name for name in both if before.reports[name][0] != after.reports[name][0]}
    reread = {name for name in both - changed if before.reports[name] != after.reports[name]}
    new, gone = after.reports.keys() - before.reports.keys(), before.reports.keys() - after.reports.keys()
    return Difference(*(tuple(sorted(names)) for names in (new, changed, reread, gone)))


def run_markdown(
    outcome: RunResult,
    found: Difference,
    fetched: Sequence[FetchResult],
    seconds: Mapping[str, float],
    rejects: Sequence[Row],
) -> str:
    """The page of a run: what it did, what there is now, and how long each step took."""
    rows, work = outcome.n_rows, outcome.counts
    headline = f"Published state `{outcome.run}`" if outcome.changed else f"Nothing changed since state `{outcome.run}`"
    parts = [
        f"# {headline}",
        f"{rows['reports']} reports, {rows['observations']} observations, {rows['findings']} findings, "
        f"{rows['rejects']} rejects.",
        "## What was new 新增",
        "\n".join(
            (
                _named("new", found.new),
                _named("from other bytes", found.changed),
                _named("read anew", found.reread),
                _named("no longer there", found.gone),
            )
        ),
        f"Snapshots: {work.new} new, {work.reread} read again, {work.rematched} matched again, {work.unchanged} "
        "unchanged.",
    ]
    if fetched:
        counted = Counter(told.outcome for told in fetched)
        parts += ["## What the sites gave 抓取", _table(("outcome", "pages"), sorted(counted.items()))]
        wrong = [told for told in fetched if told.outcome in ("failed", "stopped", "withheld")]
        lines = [(told.source.id, told.outcome, told.url, told.note) for told in wrong[:MOST_NAMES]]
        if lines:
            parts.append(_table(("source", "outcome", "address", "why"), lines))
    if rejects:
        reasons = Counter((row["stage"], row["check"]) for row in rejects)
        counts = [(stage, check, n) for (stage, check), n in reasons.most_common()]
        parts += ["## Rejects by reason 拒收", _table(("stage", "check", "rows"), counts)]
    shares = [(family, some, of, f"{some / of:.0%}") for family, (some, of) in outcome.matched.items() if of]
    parts += ["## Numbers with an indicator 指标", _table(("series", "with", "of", "share"), shares)]
    parts += ["## Rows by table 表", _table(("table", "rows"), rows.items())]
    timed = [(step, f"{took:.1f}") for step, took in seconds.items()]
    parts += ["## Seconds by step 用时", _table(("step", "seconds"), timed)]
    return "\n\n".join(part for part in parts if part)


def coverage_markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Coverage as counts by series, and the grid of governments and years."""
    statuses = ("published", "late", "missing", "awaited", "quarantined")
    counted = Counter((row["family"], row["status"]) for row in rows)
    families = dict.fromkeys(row["family"] for row in rows)
    counts = [(family, *(counted[family, status] for status in statuses)) for family in families]
    lines = [str(line) for line in grid(rows, GRID_WIDTH)] if rows else []
    left_out = len(lines) - GRID_LINES
    shown = lines[:GRID_LINES] + ([f"… {left_out} lines more: nianbao coverage"] if left_out > 0 else [])
    words = in_words(rows)
    return "\n\n".join(
        ["# Coverage 齐备情况", _table(("series", *statuses), counts), "```\n" + "\n".join([*shown, *words]) + "\n```"]
    )


def finding_rows(findings: Sequence[Row], found: Difference) -> list[dict[str, Any]]:
    """The findings worth a look: those of reports that this run read first, then the worst."""
    fresh = {*found.new, *found.changed, *found.reread}
    ordered = sorted(
        findings,
        key=lambda row: (row["report_id"] not in fresh, row["status"] != "fail", _SEVERITY.index(row["severity"])),
    )
    return [{name: row[name] for name in FINDING_COLUMNS} for row in ordered[:MOST_ROWS]]


def create_artifacts(
    curated: Path,
    outcome: RunResult,
    before: VersionSnapshot,
    fetched: Sequence[FetchResult],
    seconds: Mapping[str, float],
) -> None:
    """Leave the four artifacts of a run: its page, coverage, findings, rejects."""
    found = difference(before, snapshot_of(curated))
    findings, rejects = _rows(curated, "findings", FINDING_COLUMNS), _rows(curated, "rejects", REJECT_COLUMNS)
    create_markdown_artifact(
        run_markdown(outcome, found, fetched, seconds, rejects),
        key=RUN,
        description="What a run did: what was new, rejects by reason, rows, seconds.",
    )
    create_markdown_artifact(
        coverage_markdown(_rows(curated, "coverage")),
        key=COVERAGE,
        description="Which reports are there, late, missing or held back.",
    )
    create_table_artifact(
        finding_rows(findings, found),
        key=FINDINGS,
        description=f"What the reports say that does not add up: {_of(len(findings))}, those just read first.",
    )
    create_table_artifact(
        [dict(row) for row in rejects[:MOST_ROWS]],
        key=REJECTS,
        description=f"What could not be read or failed a check, with the reason: {_of(len(rejects))}.",
    )


def _of(number: int) -> str:
    return f"{min(number, MOST_ROWS)} of {number}" if number > MOST_ROWS else f"all {number}"


def _rows(curated: Path, table: str, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    path = curated / f"{table}.parquet"
    rows: list[dict[str, Any]] = parquet.read_table(path, columns=columns and list(columns)).to_pylist()
    return rows


def _named(what: str, ids: Sequence[str]) -> str:
    """How many, and which; `- 0 new` is a line too."""
    more = f", … and {len(ids) - MOST_NAMES} more" if len(ids) > MOST_NAMES else ""
    names = ": " + ", ".join(f"`{name}`" for name in ids[:MOST_NAMES]) + more if ids else ""
    return f"- {len(ids)} {what}{names}"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; nothing where it has no rows."""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines])


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
