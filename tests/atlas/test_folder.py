"""The folder of the atlas: one writer at a time, and whether what stands there is whole and of the published state."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from nianbao.atlas.folder import STATE, is_of, only_writer
from nianbao.atlas.site import draw_published, write_atlas


def test_a_second_writer_waits_for_the_first(small_state: Path, tmp_path: Path) -> None:
    second = Thread(target=write_atlas, args=(small_state, tmp_path))
    with only_writer(tmp_path):
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
    assert is_of(tmp_path, small_state)
    assert draw_published(curated, tmp_path) is None
    (tmp_path / STATE).unlink()
    assert not is_of(tmp_path, small_state)
    again = draw_published(curated, tmp_path)
    assert again is not None
    assert again.written == 1
