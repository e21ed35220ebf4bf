"""Plan what to compare once reading is done: current cache entries, final report ids, partitions and jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import CacheEntry, CacheIndex, write_entry
from nianbao.comparison.corrections import Correction, CorrectionError
from nianbao.documents.identity import Reporter
from nianbao.io.layout import CACHE
from nianbao.publishing.published_ids import published_reports
from nianbao.snapshots.inventory import TRANSIENT, SnapshotRef
from nianbao.steps.chunks import guided_chunks
from nianbao.steps.compare import ComparePartitions
from nianbao.steps.partitions import DuplicateText, Partition, PartitionMember, partition_reports
from nianbao.steps.report_ids import AssignedReport, Assignment, Candidate, assign_ids
from nianbao.tables.rejects import Reject, rejects_table

# The largest weight of a partition, and of the partitions of one job: characters, plus 100 for each observation.
PARTITION_WEIGHT, JOB_WEIGHT = 1_500_000, 12_000_000
# The cache entry of rejects that belong to no report.
UNASSIGNED = "unassigned"
_CANDIDATE_COLUMNS = [
    "key",
    "report_id",
    "raw_sha256",
    "text_sha256",
    *Reporter._fields,
    "covers_beyond",
    "dated",
    "source_url",
    "n_characters",
    "n_observations",
]


def current_entries(snapshots: Sequence[SnapshotRef], index: CacheIndex) -> dict[str, str]:
    """Return the cache entry of each snapshot's rows by the key of the rows.

    A snapshot that this run was not to read counts with the rows of an earlier reader, if there are any.
    """
    entries: dict[str, str] = {}
    for ref in snapshots:
        for key in (ref.key, ref.key + TRANSIENT, index.key_by_path.get(ref.path, "")):
            if key in index.entry_by_key:
                entries[key] = index.entry_by_key[key]
                break
    return entries


def assign_report_ids(
    entries: Mapping[str, str], curated: Path, fetch_rejects: Sequence[Reject]
) -> tuple[Assignment, str]:
    """Give all reports their ids; returns the path of an entry with the rejects of no report, too.

    A report that is published in the curated folder keeps its id.
    """
    candidates: list[Candidate] = []
    rejects = [rejects_table(fetch_rejects)]
    for path in sorted(set(entries.values())):
        entry = CacheEntry(path)
        reports, entry_rejects = entry.table("reports", _CANDIDATE_COLUMNS), entry.table("rejects")
        for row in reports.to_pylist() if reports else []:
            if entries.get(row["key"]) == path:
                candidates.append(
                    Candidate(
                        entry=path,
                        key=row["key"],
                        provisional_id=row["report_id"],
                        stem=row["report_id"].rsplit("-", 1)[0],
                        raw_sha256=row["raw_sha256"],
                        text_sha256=row["text_sha256"],
                        reporter=Reporter(*(row[name] for name in Reporter._fields)),
                        covers_beyond=row["covers_beyond"],
                        dated=row["dated"],
                        source_url=row["source_url"],
                        weight=row["n_characters"] + 100 * row["n_observations"],
                    )
                )
        if entry_rejects is not None:
            unassigned = entry_rejects.filter(compute.is_null(entry_rejects["report_id"]))
            current = [entries.get(key) == path for key in unassigned["key"].to_pylist()]
            rejects.append(unassigned.filter(arrow.array(current, arrow.bool_())).drop_columns(["key"]))
    published = published_reports(curated, _shared_stems(candidates))
    assignment = assign_ids(candidates, published)
    return assignment, write_entry(curated / CACHE, UNASSIGNED, {"rejects": arrow.concat_tables(rejects)})


def _shared_stems(candidates: Iterable[Candidate]) -> set[str]:
    """Return the ids that several reports would have without ordinals."""
    counts = Counter(candidate.stem for candidate in candidates)
    return {stem for stem, n in counts.items() if n > 1}


def make_partitions(assignment: Assignment, corrections: Iterable[Correction]) -> list[Partition]:
    """Divide the reports into partitions; raises CorrectionError for a correction of a report that does not exist."""
    duplicates: dict[str, list[DuplicateText]] = {}
    for candidate, report in assignment.duplicates:
        kept = report.candidate
        duplicate = DuplicateText(report.report_id, kept.reporter, kept.source_url, candidate.source_url)
        duplicates.setdefault(report.report_id, []).append(duplicate)
    by_report: dict[str, list[Correction]] = {}
    for correction in corrections:
        by_report.setdefault(correction.report_id, []).append(correction)
    known_ids = {report.report_id for report in assignment.reports}
    for report_id, (first, *_) in by_report.items():
        if report_id not in known_ids:
            raise CorrectionError(f"{first.source}: no report {report_id}; remove the correction or fix its report")
    by_series: dict[tuple[str, str, str], list[AssignedReport]] = {}
    for report in assignment.reports:
        by_series.setdefault(_series_of(report), []).append(report)
    return [
        _partition(reports, _context(reports, by_series), duplicates, by_report)
        for reports in partition_reports(assignment.reports, PARTITION_WEIGHT)
    ]


def _series_of(report: AssignedReport) -> tuple[str, str, str]:
    """Return the family, the place through all its codes, and the body."""
    reporter = report.candidate.reporter
    return report.report_id.partition("/")[0], reporter.series_code, reporter.body_id


def _context(
    reports: Sequence[AssignedReport], by_series: Mapping[tuple[str, str, str], Sequence[AssignedReport]]
) -> list[AssignedReport]:
    """Return the other reports of the same series, which have another code."""
    own = {report.report_id for report in reports}
    series = sorted({_series_of(report) for report in reports})
    return [report for key in series for report in by_series[key] if report.report_id not in own]


def _partition(
    reports: Sequence[AssignedReport],
    context: Sequence[AssignedReport],
    duplicates: Mapping[str, Sequence[DuplicateText]],
    corrections: Mapping[str, Sequence[Correction]],
) -> Partition:
    compared = [*reports, *context]
    return Partition(
        members=tuple(map(_member, reports)),
        duplicates=tuple(item for report in reports for item in duplicates.get(report.report_id, ())),
        corrections=tuple(item for report in compared for item in corrections.get(report.report_id, ())),
        weight=sum(report.candidate.weight for report in compared),
        context=tuple(map(_member, context)),
    )


def _member(report: AssignedReport) -> PartitionMember:
    candidate = report.candidate
    return PartitionMember(report.report_id, candidate.provisional_id, candidate.key, candidate.entry)


def make_jobs(partitions: Sequence[Partition], cache: Path) -> list[ComparePartitions]:
    """Put partitions into jobs that are worth sending to a worker."""
    chunks = guided_chunks(partitions, lambda partition: partition.weight, JOB_WEIGHT)
    return [ComparePartitions(str(cache), chunk) for chunk in chunks]
