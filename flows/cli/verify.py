"""The command `verify`: check that the published tables are complete and undamaged."""

from __future__ import annotations

import typer

from flows.cli.messages import ExitCode, stop
from flows.cli.options import CURATED, Curated
from flows.cli.query import curated_folder


def verify(curated: Curated = CURATED) -> None:
    """Check that the published tables are complete and undamaged.

    It compares hashes, columns, keys, and every quote with the text at its offsets. What is damaged is named with its
    file, its place and the repair, and the command ends with 1.
    """
    from flows.cli.terminal import print_path, terminal
    from nianbao.publishing.manifest import read_manifest
    from nianbao.publishing.verify import verify as problems_of

    folder = curated_folder(curated)
    console = terminal()
    n_problems = 0
    try:
        for problem in problems_of(folder):
            n_problems += 1
            print_path(console, f"{curated}/{problem}")
    except OSError as error:
        stop(str(error))
    if n_problems:
        raise typer.Exit(int(ExitCode.FAILED))
    manifest = read_manifest(folder) or {}
    print_path(console, f"run {manifest['run']}: {len(manifest['files'])} files verified in {curated}")
