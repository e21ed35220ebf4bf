"""The commands `versions`, `tag` and `prune`: list, keep and remove published versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.messages import ExitCode, printable, stop
from flows.cli.options import CURATED, AsJson, Curated
from flows.cli.query import curated_folder, print_json, reporting_errors
from nianbao.publishing.object_storage import is_remote
from nianbao.publishing.versions import UnknownVersion, delete_tag, list_versions, tag_version
from nianbao.publishing.versions import prune as prune_versions


def versions(curated: Curated = CURATED, as_json: AsJson = False) -> None:
    """List the published versions, newest first."""
    with reporting_version_errors(curated):
        published = list_versions(curated_folder(curated, all_states=True))
    if as_json:
        print_json({**asdict(version), "folder": str(version.folder)} for version in published)
        return
    from flows.cli.terminal import print_lines, terminal

    console = terminal()
    for version in published:
        time = version.published_at or "time unknown"
        tags = "".join(f", {name}" for name in version.names)
        counts = f"{version.n_reports} reports, {version.n_observations} observations"
        print_lines(console, f"{version.run}  {time}  {counts}{tags}")


def states(curated: Curated = CURATED, as_json: AsJson = False) -> None:
    """Old name of `versions`."""
    versions(curated, as_json)


def tag(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VERSION] NAME", help="Version to tag (its run, or another tag), and the new tag."),
    ] = None,
    delete: Annotated[str | None, typer.Option("--delete", metavar="NAME", help="Delete this tag.")] = None,
    curated: Curated = CURATED,
) -> None:
    """Tag a version (default: the latest) so that it is kept.

    A tagged version is never removed by later runs or by `prune`.
    """
    words = words or []
    if delete is not None and not words:
        _delete(curated, delete)
    elif delete is None and len(words) in (1, 2):
        _tag(curated, words[-1], words[0] if len(words) == 2 else None)
    else:
        stop("write `nianbao tag NAME`, `nianbao tag VERSION NAME` or `nianbao tag --delete NAME`", ExitCode.USAGE)


def keep(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tag.")],
    state: Annotated[str | None, typer.Option("--state", help="Version to tag. Default: the latest.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete the tag.")] = False,
    curated: Curated = CURATED,
) -> None:
    """Old name of `tag`.

    `keep NAME --state VERSION` is `tag VERSION NAME`, and `keep NAME --forget` is `tag --delete NAME`.
    """
    if forget:
        _delete(curated, name)
    else:
        _tag(curated, name, state)


def prune(
    newest: Annotated[int, typer.Option("--keep", min=1, help="Number of newest versions to keep.")],
    curated: Curated = CURATED,
) -> None:
    """Remove old versions; the newest and the tagged ones stay."""
    with _locked(curated) as folder:
        removed = prune_versions(folder, newest)
        print(f"{len(removed)} removed, {len(list_versions(folder))} kept")


@contextmanager
def reporting_version_errors(curated: str) -> Iterator[None]:
    """End the command with one line if a version, a table or the folder is missing or cannot be read."""
    try:
        with reporting_errors(curated):
            yield
    except UnknownVersion as error:
        stop(str(error))


def _tag(curated: str, name: str, version: str | None) -> None:
    with _locked(curated) as folder:
        print(printable(f"{name}: {tag_version(folder, name, version).run}"))


def _delete(curated: str, name: str) -> None:
    with _locked(curated) as folder:
        delete_tag(folder, name)
        print(printable(f"{name}: tag deleted"))


@contextmanager
def _locked(curated: str) -> Iterator[Path]:
    """Yield the folder of tables while no run can publish there."""
    from nianbao.pipeline import RunInProgress, run_lock

    if is_remote(curated):
        stop(f"{curated}: versions on object storage can be listed and compared, but not tagged or removed")
    if not Path(curated).is_dir():
        stop(f"{curated}: nothing is published there; publish with `nianbao run`")
    with reporting_version_errors(curated):
        try:
            with run_lock(Path(curated)):
                yield Path(curated)
        except RunInProgress as error:
            stop(str(error))
