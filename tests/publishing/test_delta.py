"""Delta tables: the same rows as single files, one commit per table, only changed files, and every version readable."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as arrow
import pyarrow.compute as compute
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from nianbao import pipeline
from nianbao.exports.views import NAMES
from nianbao.io.layout import DELTA, DELTA_LAYOUT, FILES_LAYOUT, Layout
from nianbao.options import RunOptions
from nianbao.publishing import publish
from nianbao.publishing.delta import active_files, table_folder
from nianbao.publishing.manifest import read_manifest
from nianbao.publishing.object_storage import working_copies
from nianbao.publishing.read_tables import open_datasets, pinned_versions, read_table
from nianbao.publishing.versions import find_version, list_versions, prune, tag_version
from nianbao.steps import planning
from schemas import TABLES
from tests.bucket import CURATED, RAW, stored, upload_raw
from tests.conftest import REPO_ROOT, AddReport, report_text

deltalake = pytest.importorskip("deltalake")
# As many versions as a run keeps, and one more.
MORE_THAN_KEPT = 6


def run(raw: Path, curated: Path, layout: Layout | None = None) -> pipeline.RunResult:
    """Run the pipeline with a layout."""
    return pipeline.run(raw, curated, RunOptions(layout=layout))


def rows_of(folder: Path) -> dict[str, arrow.Table]:
    """Return all tables without what only their files say: metadata and chunks."""
    tables = {name: read_table(folder, name) for name in TABLES}
    return {name: table.replace_schema_metadata().combine_chunks() for name, table in tables.items()}


def assert_same_rows(first: Path, second: Path) -> None:
    """Compare all tables, value for value, with their types and in their order."""
    before, after = rows_of(first), rows_of(second)
    for name, table in before.items():
        other = after[name]
        assert list(zip(table.schema.names, table.schema.types, strict=True)) == list(
            zip(other.schema.names, other.schema.types, strict=True)
        )
        assert table.to_pylist() == other.to_pylist(), name


def replace_report(raw: Path, add: AddReport, year: int, place: str, permits: int) -> None:
    """Store a report in place of the one of the same place and year."""
    name = f"{place}{year}.txt"
    for sidecar in raw.rglob("*.json"):
        if name in sidecar.read_text("utf-8"):
            sidecar.with_suffix(".txt").unlink()
            sidecar.unlink()
    add(report_text(year, place, permits), name)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Publish the bundled reports in both layouts."""
    base = tmp_path_factory.mktemp("bundled")
    raw, files, delta = REPO_ROOT / "data" / "raw", base / "files", base / "delta"
    run(raw, files)
    shutil.copytree(files / "_cache", delta / "_cache")
    run(raw, delta, DELTA_LAYOUT)
    return files, delta


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put every government into a cache entry of its own, as in a large collection."""
    monkeypatch.setattr(planning, "PARTITION_WEIGHT", 1)


@pytest.fixture
def two_places(raw: Path, tmp_path: Path, add_report: AddReport, small_groups: None) -> Path:
    """Publish reports of two governments on three years as Delta tables."""
    for place in ("云汀市", "青穗县"):
        for year in (2017, 2018, 2019):
            add_report(report_text(year, place), f"{place}{year}.txt")
    run(raw, tmp_path / "c", DELTA_LAYOUT)
    return tmp_path / "c"


def test_both_layouts_have_the_same_rows(bundled: tuple[Path, Path]) -> None:
    """All tables of the bundled reports are the same value for value, in the same order and types."""
    assert_same_rows(*bundled)


def test_the_manifest_pins_the_version_of_every_table(bundled: tuple[Path, Path]) -> None:
    """The manifest records the layout, and the version's file has a version of each table."""
    files, delta = bundled
    manifest = read_manifest(delta)
    assert manifest is not None
    assert manifest["layout"] == DELTA_LAYOUT
    assert pinned_versions(delta / manifest["folder"]).keys() == TABLES.keys()
    assert (read_manifest(files) or {})["layout"] == FILES_LAYOUT
    assert not list(delta.glob("*.parquet"))


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("comparisons", compute.field("body_id") == ""),
        ("comparisons", compute.field("comparability_note").is_null()),
        ("comparisons", (compute.field("year") == 2021) & compute.field("series_code").isin(["990100"])),
        ("observations", compute.field("indicator_id").is_null()),
        ("observations", compute.field("indicator_id").is_valid()),
        ("findings", compute.field("other_observation_id").is_null()),
        ("documents", compute.field("report_id") >= "work_report"),
    ],
    ids=str,
)
def test_conditions_select_the_same_rows(bundled: tuple[Path, Path], table: str, condition: Any) -> None:
    """What the log says about files never hides a row, also where a column has nulls or no statistics."""
    files, delta = bundled
    expected = read_table(files, table, filters=condition).to_pylist()
    assert expected
    assert read_table(delta, table, filters=condition).to_pylist() == expected


def gdp_with_duckdb(tables: dict[str, Any]) -> list[tuple[int, float]]:
    """Join three tables in DuckDB."""
    with duckdb.connect() as database:
        for name in ("comparisons", "observations", "reports"):
            database.register(name, tables[name])
        return database.execute(
            "SELECT year, c.value FROM comparisons c JOIN observations o USING (observation_id) "
            "JOIN reports r USING (report_id) WHERE c.indicator_id = 'gdp' AND c.jurisdiction_name = '云汀市' "
            "AND c.body_id = '' ORDER BY year"
        ).fetchall()


def gdp_with_polars(tables: dict[str, Any]) -> list[tuple[int, float]]:
    """Join three tables in Polars."""
    compared, observed, reports = (
        pl.scan_pyarrow_dataset(tables[name]) for name in ("comparisons", "observations", "reports")
    )
    is_wanted = (
        (pl.col("indicator_id") == "gdp") & (pl.col("jurisdiction_name") == "云汀市") & (pl.col("body_id") == "")
    )
    joined = (
        compared.filter(is_wanted)
        .join(observed.select("observation_id", "report_id"), on="observation_id")
        .join(reports.select("report_id"), on="report_id")
    )
    return joined.sort("year").select("year", "value").collect().rows()


def gdp_with_pandas(tables: dict[str, Any]) -> list[tuple[int, float]]:
    """Join three tables in pandas."""
    is_wanted = (compute.field("indicator_id") == "gdp") & (compute.field("jurisdiction_name") == "云汀市")
    compared = tables["comparisons"].to_table(filter=is_wanted & (compute.field("body_id") == "")).to_pandas()
    observed = tables["observations"].to_table(columns=["observation_id", "report_id"]).to_pandas()
    reports = tables["reports"].to_table(columns=["report_id"]).to_pandas()
    joined = pd.merge(compared, observed, on="observation_id").merge(reports, on="report_id").sort_values("year")
    return list(zip(joined["year"], joined["value"], strict=True))


@pytest.mark.parametrize("ask", [gdp_with_duckdb, gdp_with_polars, gdp_with_pandas])
def test_a_join_has_the_same_answer_in_both_layouts(
    bundled: tuple[Path, Path], ask: Callable[[dict[str, Any]], list[tuple[int, float]]]
) -> None:
    """DuckDB, Polars and pandas join the datasets of both layouts with the same result."""
    in_files, in_delta = (ask(open_datasets(folder)) for folder in bundled)
    assert len(in_files) > 1
    assert in_delta == in_files


def test_the_views_have_the_same_rows(bundled: tuple[Path, Path]) -> None:
    """Every view gives the same over registered Delta tables as over files."""
    found = []
    for folder in bundled:
        views = CliRunner().invoke(app, ["views", "--curated", str(folder)]).stdout
        with duckdb.connect() as database:
            if folder == bundled[1]:
                for name, table in open_datasets(folder).items():
                    database.register(name, table)
            database.execute(views)
            found.append([sorted(database.execute(f"FROM {name}").fetchall(), key=repr) for name in NAMES])
    assert all(found[0])
    assert found[1] == found[0]


def test_polars_reads_a_pinned_version_by_itself(bundled: tuple[Path, Path]) -> None:
    """A table at the version that `delta.json` names needs nothing of nianbao."""
    _, delta = bundled
    versions = json.loads((delta / "delta.json").read_text("utf-8"))["tables"]
    reports = pl.scan_delta(str(delta / DELTA / "reports"), version=versions["reports"])
    assert reports.collect().height == read_table(delta, "reports").num_rows


COMMANDS = (
    ["compare"],
    ["compare", "--jurisdiction", "云汀市", "--indicator", "gdp"],
    ["check"],
    ["coverage"],
    ["suggest"],
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_print_the_same_for_both_layouts(bundled: tuple[Path, Path], words: list[str]) -> None:
    """Commands that show tables do not depend on the layout."""
    files, delta = (CliRunner().invoke(app, [*words, "--curated", str(folder)]) for folder in bundled)
    assert (files.exit_code, delta.exit_code) == (0, 0), delta.output
    assert delta.stdout.replace(str(bundled[1]), str(bundled[0])) == files.stdout


def test_exports_and_the_atlas_are_the_same(bundled: tuple[Path, Path], tmp_path: Path) -> None:
    """A DuckDB file has the same tables, and the pages of the atlas differ in the name of the version only."""
    for folder, name in zip(bundled, ("files", "delta"), strict=True):
        for words in (["export", str(tmp_path / f"{name}.duckdb")], ["atlas", "--out", str(tmp_path / name)]):
            done = CliRunner().invoke(app, [*words, "--curated", str(folder)])
            assert done.exit_code == 0, done.output
    contents = []
    for name in ("files", "delta"):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb"), read_only=True) as database:
            contents.append([database.execute(f"FROM {table}").fetchall() for table in TABLES])
    assert contents[0] == contents[1]
    runs = [(read_manifest(folder) or {})["run"] for folder in bundled]
    pages = [
        {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes().replace(version.encode(), b"version")
            for path in (tmp_path / name).rglob("*")
            if path.is_file() and path.suffix != ".lock"
        }
        for name, version in zip(("files", "delta"), runs, strict=True)
    ]
    assert pages[0].keys() == pages[1].keys()
    assert not [name for name, page in pages[0].items() if pages[1][name] != page and name.endswith(".html")]


def test_a_corrected_report_replaces_its_own_files_only(two_places: Path, raw: Path, add_report: AddReport) -> None:
    """Only files of the government, and of the years of its figures, are new; the rows are those of a first run."""
    before = {name: set(active_files(table_folder(two_places, name), name)) for name in TABLES}
    paths = {name: {file.path for file in files} for name, files in before.items()}
    replace_report(raw, add_report, 2019, "青穗县", 777)
    run(raw, two_places)
    now = {name: {file.path for file in active_files(table_folder(two_places, name), name)} for name in TABLES}
    assert len(paths["observations"]) == 2
    assert len(now["observations"] & paths["observations"]) == 1
    assert len(now["documents"] & paths["documents"]) == 1
    assert paths["comparisons"] - now["comparisons"]
    assert now["comparisons"] & paths["comparisons"], "the file of an earlier year stays"
    assert now["places"] == paths["places"]
    fresh = two_places.with_name("fresh")
    run(raw, fresh)
    assert_same_rows(fresh, two_places)


def test_ranks_change_in_the_rows_of_others(two_places: Path, raw: Path, add_report: AddReport) -> None:
    """A new county changes the ranks of the other: `comparisons` is the same as made from nothing, without a cache."""
    for place in ("清溪区", "青穗县"):
        replace_report(raw, add_report, 2019, place, 4321)
        run(raw, two_places)
    fresh = two_places.with_name("fresh")
    run(raw, fresh)
    assert_same_rows(fresh, two_places)
    (two_places / "_cache" / "delta-comparisons.json").write_text("{", "utf-8")
    replace_report(raw, add_report, 2018, "青穗县", 99)
    run(raw, two_places)
    run(raw, fresh)
    assert_same_rows(fresh, two_places)


def test_a_removed_report_leaves_the_tables(two_places: Path, raw: Path) -> None:
    """The files of a government without reports are removed from every table."""
    for path in list(raw.rglob("*")):
        if path.is_file() and "990121" in path.as_posix():
            path.unlink()
    run(raw, two_places)
    fresh = two_places.with_name("fresh")
    run(raw, fresh)
    assert_same_rows(fresh, two_places)


def test_each_table_has_one_commit_per_run(two_places: Path, raw: Path, add_report: AddReport) -> None:
    """A run that changes a table commits once; one with nothing new commits nothing."""
    first = pinned_versions(two_places)
    assert not run(raw, two_places).changed
    assert pinned_versions(two_places) == first
    replace_report(raw, add_report, 2019, "青穗县", 777)
    assert run(raw, two_places).changed
    second = pinned_versions(two_places)
    assert second["observations"] == first["observations"] + 1
    assert second["places"] == first["places"]


def test_the_same_content_is_the_same_run(two_places: Path, raw: Path, add_report: AddReport) -> None:
    """A correction that is taken back publishes the former version again, under its name."""
    first = list_versions(two_places)[0].run
    replace_report(raw, add_report, 2019, "青穗县", 777)
    assert run(raw, two_places).run != first
    replace_report(raw, add_report, 2019, "青穗县", 1234)
    assert run(raw, two_places).run == first


def test_older_versions_stay_readable_until_they_are_pruned(two_places: Path, raw: Path, add_report: AddReport) -> None:
    """`diff` reads former versions; only kept and tagged ones keep their files."""
    first = list_versions(two_places)[0]
    tag_version(two_places, "first", None)
    rows = rows_of(first.folder)
    for permits in range(MORE_THAN_KEPT):
        replace_report(raw, add_report, 2019, "青穗县", 2000 + permits)
        run(raw, two_places)
    assert len(list_versions(two_places)) == MORE_THAN_KEPT  # five, and the tagged one
    done = CliRunner().invoke(app, ["diff", "first", "--curated", str(two_places)])
    assert done.exit_code == 0, done.output
    assert "1234件 → 2005件" in done.stdout
    n_files = len(list(two_places.rglob("*.parquet")))
    assert len(prune(two_places, 1)) == MORE_THAN_KEPT - 2
    assert len(list(two_places.rglob("*.parquet"))) < n_files
    assert rows_of(find_version(two_places, "first").folder) == rows
    assert CliRunner().invoke(app, ["verify", "--curated", str(two_places)]).exit_code == 0


def test_a_layout_stays_until_another_is_asked_for(two_places: Path, raw: Path) -> None:
    """The manifest has the layout; changing it publishes the same rows, and `diff` compares across layouts."""
    assert run(raw, two_places).changed is False
    assert run(raw, two_places, FILES_LAYOUT).changed
    assert (two_places / "observations.parquet").is_file()
    assert not (two_places / "delta.json").exists()
    assert "no differences" in CliRunner().invoke(app, ["diff", "--curated", str(two_places)]).stdout
    prune(two_places, 1)
    assert not (two_places / DELTA).exists()
    assert run(raw, two_places, DELTA_LAYOUT).changed
    assert not list(two_places.glob("*.parquet"))


def test_the_layout_outlives_a_damaged_manifest(two_places: Path, raw: Path) -> None:
    """A run repairs the manifest and does not fall back to single files."""
    before = rows_of(two_places)
    (two_places / "manifest.json").write_text("{", "utf-8")
    run(raw, two_places)
    assert (read_manifest(two_places) or {})["layout"] == DELTA_LAYOUT
    assert not list(two_places.glob("*.parquet"))
    assert rows_of(two_places) == before


@pytest.mark.parametrize("damage", ["missing", "cut off", "changed"])
def test_a_damaged_file_is_noticed_and_written_again(two_places: Path, raw: Path, damage: str) -> None:
    """`verify` names a damaged file; the next run that looks at its bytes restores it."""
    before = rows_of(two_places)
    victim = next((two_places / DELTA / "observations").rglob("*.parquet"))
    data = victim.read_bytes()
    stat = victim.stat()
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(data[: len(data) // 2] if damage == "cut off" else data[:-8] + b"\0" * 8)
        if damage == "changed":
            os.utime(victim, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            recorded = two_places / "_cache" / "fingerprints.json"
            recorded.write_text(recorded.read_text("utf-8").replace('"verified"', '"formerly"'), "utf-8")
    done = CliRunner().invoke(app, ["verify", "--curated", str(two_places)])
    assert done.exit_code == 1
    assert victim.name in done.output.replace("\n", "")
    run(raw, two_places)
    assert rows_of(two_places) == before
    assert CliRunner().invoke(app, ["verify", "--curated", str(two_places)]).exit_code == 0


def test_commits_without_a_manifest_are_invisible(
    two_places: Path, raw: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that ends between its commits and the manifest changes nothing for readers; the next one finishes it."""
    before = rows_of(two_places / (read_manifest(two_places) or {})["folder"])
    replace_report(raw, add_report, 2019, "青穗县", 777)

    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publish, "publish", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(raw, two_places)
    assert deltalake.DeltaTable(str(two_places / DELTA / "observations")).version() == 2
    assert rows_of(two_places / (read_manifest(two_places) or {})["folder"]) == before
    assert run(raw, two_places).changed
    fresh = two_places.with_name("fresh")
    run(raw, fresh)
    assert_same_rows(fresh, two_places)


@pytest.mark.usefixtures("bucket")
def test_delta_tables_in_a_bucket(
    two_places: Path, raw: Path, add_report: AddReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second machine continues from a bucket, commands read it, and files that no version has are deleted there."""
    upload_raw(raw)
    with working_copies(RAW, CURATED) as (here, curated):
        run(here, curated, DELTA_LAYOUT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "two"))
    replace_report(raw, add_report, 2019, "青穗县", 777)
    upload_raw(raw)
    with working_copies(RAW, CURATED) as (here, curated):
        result = run(here, curated)
        assert (result.counts.new, result.changed) == (1, True)
        prune(curated, 1)
    data_files = {path for path in stored(CURATED) if path.startswith(f"{DELTA}/") and path.endswith(".parquet")}
    files = {
        f"{DELTA}/{name}/{file.path}" for name in TABLES for file in active_files(table_folder(curated, name), name)
    }
    assert data_files == files
    done = CliRunner().invoke(app, ["compare", "--json", "--curated", CURATED])
    assert done.exit_code == 0, done.output
    assert done.stdout == CliRunner().invoke(app, ["compare", "--json", "--curated", str(curated)]).stdout


def test_without_the_library_a_run_says_how_to_install_it(
    raw: Path, tmp_path: Path, add_report: AddReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends with one line before anything is read."""
    add_report(report_text(2019))
    monkeypatch.setitem(sys.modules, "deltalake", None)
    words = ["run", "--direct", "--no-fetch", "--layout", "delta", "--raw", str(raw), "--curated", str(tmp_path / "c")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert "pip install 'nianbao[delta]'" in done.stderr.splitlines()[-1]
