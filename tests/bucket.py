"""Access to the object storage of the fixture `bucket`: list its files, upload to it, and record transfers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyarrow.fs import FileSelector, FileSystem, FileType

from nianbao.publishing.object_storage import Mirror, local_copy

RAW, CURATED = "s3://nianbao/raw", "s3://nianbao/tables/curated"


def stored(url: str) -> set[str]:
    """Return the paths of all files below a URL."""
    files, root = FileSystem.from_uri(url)
    found = files.get_file_info(FileSelector(root, recursive=True, allow_not_found=True))
    return {about.path.removeprefix(root + "/") for about in found if about.type == FileType.File}


def upload_raw(raw: Path) -> None:
    """Move a local folder of raw files to object storage."""
    local_copy(RAW).parent.mkdir(parents=True, exist_ok=True)
    raw.rename(local_copy(RAW))
    assert Mirror(RAW, local_copy(RAW)).push() > 0


def recording(order: list[str], move: Callable[[Mirror, str], Any]) -> Callable[[Mirror, str], Any]:
    """Wrap the transfer of one file so that its path is added to `order`."""

    def noted(self: Mirror, path: str) -> Any:
        order.append(path)
        return move(self, path)

    return noted
