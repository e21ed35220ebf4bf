"""The folder of the atlas: one writer at a time, and whether what stands there is whole and of the published state."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from nianbao.atlas import output_dir
from nianbao.atlas.output_dir import STATE, OutputDir, is_current, output_lock
from nianbao.atlas.site import draw_published, write_atlas


def test_a_second_writer_waits_for_the_first(small_state: Path, tmp_path: Path) -> None:
    second = Thread(target=write_atlas, args=(small_state, tmp_path))
    with output_lock(tmp_path):
        second.start()
        second.join(0.3)
        assert second.is_alive()
        assert not (tmp_path / "index.html").exists()
    second.join()
    assert (tmp_path / "index.html").exists()


def test_an_atlas_that_was_cut_off_is_drawn_by_the_next_run(small_state: Path, tmp_path: Path) -> None:
    curated = small_state.parent.parent
    made = draw_published(curated, tmp_path)
    assert made is not None
    assert is_current(tmp_path, small_state)
    assert draw_published(curated, tmp_path) is None
    (tmp_path / STATE).unlink()
    assert not is_current(tmp_path, small_state)
    again = draw_published(curated, tmp_path)
    assert again is not None
    assert again.written == 1


def test_all_that_was_written_is_on_the_disk_before_the_atlas_counts_as_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited_for: list[Path] = []
    monkeypatch.setattr(output_dir, "sync_file", waited_for.append)
    monkeypatch.setattr(output_dir, "sync_folder", waited_for.append)
    made = OutputDir(tmp_path)
    made.put("index.html", "front")
    made.put("r/one.html", "report")
    made.finish(set())
    assert {tmp_path, tmp_path / "index.html", tmp_path / "r", tmp_path / "r" / "one.html"} == set(waited_for)

    waited_for.clear()
    again = OutputDir(tmp_path)
    again.put("index.html", "front")
    again.finish(set())
    assert not waited_for
