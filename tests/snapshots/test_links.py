"""Links in the folder of raw files: loops end, no folder is scanned twice, and folders elsewhere are followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao import pipeline
from nianbao.snapshots.scan import scan
from tests.conftest import AddReport, report_text

LOOPS = {
    "to itself": ("x", "x"),
    "to the folder around": ("x", ".."),
    "to the folder": ("x", "."),
    "to the root of the disk": ("x", "/"),
    "from a folder to itself": ("_unplaced/x", "."),
    "from a folder to the folder around": ("_unplaced/x", ".."),
    "to a folder inside": ("x", "_unplaced"),
    "to nothing": ("x", "nowhere"),
    "with the ending of a report": ("_unplaced/x.txt", ".."),
    "with the ending of a sidecar": ("_unplaced/x.json", "."),
    "two links to each other": ("x", "y"),
}


@pytest.mark.parametrize(("name", "target"), LOOPS.values(), ids=LOOPS.keys())
def test_a_link_that_leads_back_is_not_followed(
    name: str, target: str, raw: Path, tmp_path: Path, add_report: AddReport
) -> None:
    """A run over a folder with a loop publishes the reports that are there, each once."""
    add_report(report_text(2019))
    (raw / "_unplaced").mkdir()
    (raw / name).symlink_to(target)
    if target == "y":
        (raw / "y").symlink_to("x")
    assert len(scan(raw)) == 2
    assert pipeline.run(raw, tmp_path / "c").n_rows["reports"] == 1


def test_a_link_to_a_folder_elsewhere_is_followed_once(raw: Path, tmp_path: Path, add_report: AddReport) -> None:
    """Folders of snapshots may be on another disk; two links to one folder are one folder."""
    path = raw / add_report(report_text(2019)).snapshot.path
    family = raw / path.relative_to(raw).parts[0]
    family.rename(tmp_path / "elsewhere")
    family.symlink_to(tmp_path / "elsewhere")
    (raw / "again").symlink_to(tmp_path / "elsewhere")
    assert len(scan(raw)) == 2
