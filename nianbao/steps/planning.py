"""Between reading and deriving: which rows count, which ids their reports have in the end, and which are one group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as arrow
import pyarrow.compute as compute

from nianbao.cache.entries import CacheEntry, CacheIndex, write_entry
from nianbao.comparison.corrections import Correction, CorrectionError
from nianbao.snapshots.inventory import TRANSIENT, SnapshotRef
from nianbao.steps.chunks import guided_chunks
from nianbao.steps.compare import ComparePartitions, DuplicateText, Partition, PartitionMember
from nianbao.steps.partitions import partition_reports
from nianbao.steps.report_ids import Assignment, Candidate, assign_ids
from nianbao.tables.rejects import Reject, rejects_table

# What a group may weigh, in characters and a hundred times its observations, and what is derived in one job.
GROUP_WEIGHT, JOB_WEIGHT = 1_500_000, 12_000_000
# The piece of what is no report's.
UNASSIGNED = "loose"


def current_entries(seen: Sequence[SnapshotRef], kept: CacheIndex) -> dict[str, str]:
    """By key of the rows that count: the piece that has them.

    A snapshot that was not to be read now counts with the rows that an older reader made of it, if there are any.
    """
    live: dict[str, str] = {}
    for one in seen:
        for key in (one.key, one.key + TRANSIENT, kept.key_at.get(one.path, "")):
            if key in kept.piece_of:
                live[key] = kept.piece_of[key]
                break
    return live


def assign_report_ids(live: Mapping[str, str], pieces: Path, owed: Sequence[Reject]) -> tuple[Assignment, str]:
    """Give all reports their ids; what is no report's, and what the sites owe, goes into a piece of its own, whose path
    is returned too."""
    candidates: list[Candidate] = []
    loose = [rejects_table(owed)]
    columns = [
        "key", "report_id", "text_sha256", "jurisdiction_name", "covers_beyond", "dated", "source_url",
        "n_characters", "n_observations",
    ]  # fmt: skip
    for path in sorted(set(live.values())):
        piece = CacheEntry(path)
        reports, rejects = piece.table("reports", columns), piece.table("rejects")
        for row in reports.to_pylist() if reports else []:
            if live.get(row["key"]) == path:
                candidates.append(
                    Candidate(
                        piece=path,
                        key=row["key"],
                        provisional_id=row["report_id"],
                        stem=row["report_id"].rsplit("-", 1)[0],
                        text_sha256=row["text_sha256"],
                        jurisdiction_name=row["jurisdiction_name"],
                        covers_beyond=row["covers_beyond"],
                        dated=row["dated"],
                        source_url=row["source_url"],
                        weight=row["n_characters"] + 100 * row["n_observations"],
                    )
                )
        if rejects is not None:
            of_none = rejects.filter(compute.is_null(rejects["report_id"]))
            alive = arrow.array([live.get(key) == path for key in of_none["key"].to_pylist()], arrow.bool_())
            loose.append(of_none.filter(alive).drop_columns(["key"]))
    return assign_ids(candidates), write_entry(pieces, UNASSIGNED, {"rejects": arrow.concat_tables(loose)})


def make_partitions(placement: Assignment, by_hand: Iterable[Correction]) -> list[Partition]:
    """The reports in groups, each with what is left out for it and what corrects it. Raises CorrectionError."""
    left_out: dict[str, list[DuplicateText]] = {}
    for candidate, placed in placement.duplicates:
        kept = placed.candidate
        left = DuplicateText(placed.report_id, kept.jurisdiction_name, kept.source_url, candidate.source_url)
        left_out.setdefault(placed.report_id, []).append(left)
    corrections: dict[str, list[Correction]] = {}
    for correction in by_hand:
        corrections.setdefault(correction.report_id, []).append(correction)
    there = {placed.report_id for placed in placement.reports}
    for report_id, (first, *_) in corrections.items():
        if report_id not in there:
            raise CorrectionError(
                f"{first.source}: {report_id} is no report that is there; take the correction out, or mend its report"
            )
    groups = []
    for reports in partition_reports(placement.reports, GROUP_WEIGHT):
        ids = [placed.report_id for placed in reports]
        groups.append(
            Partition(
                members=tuple(
                    PartitionMember(one.report_id, one.candidate.provisional_id, one.candidate.key, one.candidate.piece)
                    for one in reports
                ),
                left_out=tuple(left for name in ids for left in left_out.get(name, ())),
                corrections=tuple(one for name in ids for one in corrections.get(name, ())),
                weight=sum(one.candidate.weight for one in reports),
            )
        )
    return groups


def make_jobs(groups: Sequence[Partition], pieces: Path) -> list[ComparePartitions]:
    """Groups in jobs that are worth being sent somewhere."""
    return [
        ComparePartitions(str(pieces), chunk) for chunk in guided_chunks(groups, lambda group: group.weight, JOB_WEIGHT)
    ]
