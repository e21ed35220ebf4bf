"""Importing local files: which files, their names, manifests, and errors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nianbao.snapshots.store import read_snapshot, snapshot_paths
from nianbao.sources.local import IngestResult, ingest, list_files
from nianbao.sources.manifest import BadManifest, read_manifest
from tests.conftest import RECEIVED, report_text

HEADER = "file,family,jurisdiction,title,delivered\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two reports, a hidden file, a file of an unknown kind, and a manifest."""
    top = tmp_path / "reports"
    (top / "law").mkdir(parents=True)
    (top / "law" / "a.txt").write_text(report_text(2019))
    (top / "law" / "b.html").write_text(
        f"<html><body><p>{report_text(2020).replace(chr(10), '</p><p>')}</p></body></html>"
    )
    (top / ".DS_Store").write_bytes(b"x")
    (top / "law" / "figures.xlsx").write_bytes(b"x")
    (top / "manifest.csv").write_text(HEADER + "law/a.txt,rule_of_law,云汀市,,2020\n")
    return top


def take(raw: Path, *paths: Path, manifest: Path | None = None, **hints: str) -> list[IngestResult]:
    """Ingest paths and return the results."""
    rows = read_manifest(manifest) if manifest else {}
    return list(ingest(list_files(paths, manifest), raw, rows=rows, hints=hints, now=RECEIVED))


def test_a_folder_with_its_manifest(folder: Path, raw: Path) -> None:
    """A folder is imported with hints from its manifest; unknown kinds are skipped with a note."""
    results = take(raw, folder, manifest=folder / "manifest.csv")
    assert [(result.file.name, result.outcome) for result in results] == [
        ("law/a.txt", "new"),
        ("law/b.html", "new"),
        ("law/figures.xlsx", "skipped"),
    ]
    assert ".txt" in results[2].note
    snapshots = {read_snapshot(raw, path)[0].url: read_snapshot(raw, path)[0] for path in snapshot_paths(raw)}
    assert dict(snapshots["file:law/a.txt"].hints) == {
        "family": "rule_of_law",
        "jurisdiction": "云汀市",
        "delivered": "2020",
    }
    assert dict(snapshots["file:law/b.html"].hints) == {}
    assert snapshots["file:law/b.html"].path.startswith("rule_of_law/990100-云汀市/2020/")


def test_importing_again_changes_nothing(folder: Path, raw: Path) -> None:
    """Importing the same folder again stores nothing."""
    take(raw, folder, manifest=folder / "manifest.csv")
    assert {result.outcome for result in take(raw, folder, manifest=folder / "manifest.csv")} == {"known", "skipped"}


def test_a_manifest_row_of_another_file_is_ignored(folder: Path, raw: Path) -> None:
    """Manifest rows of files that are not imported have no effect."""
    results = take(raw, folder / "law" / "b.html", manifest=folder / "manifest.csv")
    assert [result.file.name for result in results] == ["law/b.html"]


def test_a_file_named_twice_is_imported_once(folder: Path) -> None:
    """A file given directly and in its folder is listed once."""
    assert len(list_files([folder / "law" / "a.txt", folder, folder / "law"])) == 4  # a, b, figures, manifest


def test_a_manifest_row_overrides_the_hints_for_all_files(folder: Path, raw: Path) -> None:
    """Hints of the manifest take precedence over hints given for all files."""
    take(raw, folder, manifest=folder / "manifest.csv", jurisdiction="青穗县", year="2018")
    given = {read_snapshot(raw, path)[0].name: dict(read_snapshot(raw, path)[0].hints) for path in snapshot_paths(raw)}
    assert given["a.txt"]["jurisdiction"] == "云汀市"
    assert given["b.html"] == {"jurisdiction": "青穗县", "year": "2018"}


def test_an_unreadable_file_is_stored_as_unidentified(tmp_path: Path, raw: Path) -> None:
    """Unreadable files are stored, and marked as unidentified with the reason."""
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "empty.txt").write_bytes(b"")
    results = take(raw, tmp_path / "scan.pdf", tmp_path / "empty.txt")
    assert [(result.outcome, result.unidentified) for result in results] == [("new", True), ("new", True)]
    assert all("unreadable" in result.note for result in results)
    assert len(list(snapshot_paths(raw))) == 2


def test_a_reader_that_raises_loses_no_file(folder: Path, raw: Path) -> None:
    """A file that makes the reader fail is stored, with the error in its note."""

    def read(data: bytes, **about: object) -> None:
        raise ZeroDivisionError("seven")

    files = list_files([folder / "law" / "a.txt"])
    (result,) = ingest(files, raw, read=read)  # type: ignore[arg-type]
    assert (result.outcome, result.unidentified) == ("new", True)
    assert "ZeroDivisionError: seven" in result.note


def test_a_file_that_vanishes_is_reported_and_the_others_are_imported(folder: Path, raw: Path) -> None:
    """A file deleted during the import is reported as failed, and the next one is imported."""
    files = list_files([folder / "law" / "a.txt", folder / "law" / "b.html"])
    (folder / "law" / "a.txt").unlink()
    gone, result = ingest(files, raw)
    assert (gone.outcome, result.outcome) == ("failed", "new")
    assert "law/a.txt" not in gone.note
    assert "a.txt: cannot be read (No such file" in gone.note


def test_a_file_of_an_unknown_kind_fails_where_it_was_asked_for_by_name(folder: Path, raw: Path) -> None:
    """A file of an unknown kind that is named directly is a failure, not skipped."""
    (result,) = take(raw, folder / "law" / "figures.xlsx")
    assert result.outcome == "failed"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("file,family,jurisdiction,title\n", "missing column 'delivered'"),
        ("file,family,juridiction,title,delivered\n", "unknown column 'juridiction'"),
        ("file,family,jurisdiction,title,delivered,file\n", "duplicate column 'file'"),
        ("", "missing column 'file'"),
        (HEADER + "../a.txt,,,,\n", r"line 2: '\.\./a\.txt' is outside the manifest's folder"),
        (HEADER + "/etc/passwd,,,,\n", "line 2: '/etc/passwd' is outside the manifest's folder"),
        (HEADER + "law/../../a.txt,,,,\n", "is outside the manifest's folder"),
        (HEADER + ",,,,\nlaw/a.txt,,,\n", "line 3: 4 cells for 5 columns"),
        (HEADER + "law/a.txt,law,,,\n", "unknown family 'law'; use one of rule_of_law, work_report, info_disclosure"),
        (HEADER + "law/a.txt,,,,last spring\n", "invalid year or date 'last spring'"),
        (HEADER + "law/a.txt,,,,\nlaw/a.txt,,,,\n", "line 3: duplicate row for a.txt"),
        (HEADER + ",work_report,,,\n", "line 2: the cell in `file` is empty"),
        (HEADER + 'law/a.txt,"x"y,,,\n', "line 2: invalid CSV"),
    ],
)
def test_an_invalid_manifest_is_rejected_with_the_position(tmp_path: Path, content: str, message: str) -> None:
    """Each mistake in a manifest is an error with the file, mostly the line, and the reason."""
    (tmp_path / "manifest.csv").write_text(content)
    with pytest.raises(BadManifest, match=message) as caught:
        read_manifest(tmp_path / "manifest.csv")
    assert str(tmp_path / "manifest.csv") in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link to a file outside the folder of the manifest is refused."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("x")
    (tmp_path / "in" / "a.txt").symlink_to(tmp_path / "out.txt")
    (tmp_path / "in" / "manifest.csv").write_text(HEADER + "a.txt,,,,\n")
    with pytest.raises(BadManifest, match="is outside the manifest's folder"):
        read_manifest(tmp_path / "in" / "manifest.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_manifest_as_spreadsheets_save_it(tmp_path: Path, encoding: str) -> None:
    """A manifest in UTF-8 with or without byte order mark or in GB18030 is read."""
    (tmp_path / "manifest.csv").write_bytes((HEADER + "a.txt,,云汀市,,\r\n").encode(encoding))
    assert read_manifest(tmp_path / "manifest.csv") == {(tmp_path / "a.txt").resolve(): {"jurisdiction": "云汀市"}}
