"""The output folder of an atlas: one writer at a time, and detection of an interrupted or outdated atlas."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from nianbao.atlas import output_dir
from nianbao.atlas.output_dir import STATE, OutputDir, is_current, output_lock
from nianbao.atlas.site import draw_published, write_atlas


def test_a_second_writer_waits_for_the_first(small_version: Path, tmp_path: Path) -> None:
    """A second run writes nothing into the folder while the first holds the lock, and completes afterwards."""
    second = Thread(target=write_atlas, args=(small_version, tmp_path))
    with output_lock(tmp_path):
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert not (tmp_path / "index.html").exists()
    second.join()
    assert (tmp_path / "index.html").exists()


def test_an_interrupted_atlas_is_drawn_again(small_version: Path, tmp_path: Path) -> None:
    """A finished atlas is skipped, and one without its state file is drawn again."""
    curated = small_version.parent.parent
    first = draw_published(curated, tmp_path)
    assert first is not None
    assert is_current(tmp_path, small_version)
    assert draw_published(curated, tmp_path) is None
    (tmp_path / STATE).unlink()
    assert not is_current(tmp_path, small_version)
    again = draw_published(curated, tmp_path)
    assert again is not None
    assert again.written == 1


def test_written_files_are_flushed_before_the_atlas_counts_as_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All written files and folders are synced to disk; files that did not change are not synced again."""
    synced: list[Path] = []
    monkeypatch.setattr(output_dir, "sync_file", synced.append)
    monkeypatch.setattr(output_dir, "sync_folder", synced.append)
    folder = OutputDir(tmp_path)
    folder.put("index.html", "front")
    folder.put("r/report.html", "report")
    folder.finish(set())
    assert {tmp_path, tmp_path / "index.html", tmp_path / "r", tmp_path / "r" / "report.html"} == set(synced)

    synced.clear()
    again = OutputDir(tmp_path)
    again.put("index.html", "front")
    again.finish(set())
    assert not synced
