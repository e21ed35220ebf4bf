"""What commands print, measured in cells: on a terminal, in a log, and with reports that would steer the screen."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.messages import printable
from flows.cli.terminal import wrap
from nianbao import pipeline
from tests.conftest import add_report_file, report_text
from tests.extraction.disclosure_factory import numbers, published, requests
from tests.flows.terminals import COLOUR, STEERING, on_a_terminal, too_wide
from tests.test_disclosure import keep as keep_form

WRITTEN_BY_NOBODY = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
HOSTILE = {
    "markup": "[red]红[/red][link=http://a.example]字[/link]:bomb:",
    "escape": "\x1b[31m红\x1b[2J\x9b1m",
    "direction": "\u202e倒着\u2066的\u200f",
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|'/C calc'",
    "quotes": "\"引号' OR 1=1 --",
}
LOOKING = (
    ("compare",),
    ("compare", "--indicator", "复议", "--sentences"),
    ("check",),
    ("coverage",),
    ("versions",),
    ("diff",),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve years of one government, two of a form with large numbers, and two states of the tables."""
    folder = tmp_path_factory.mktemp("house")
    for year in range(2008, 2020):
        add_report_file(folder / "data" / "raw", report_text(year, permits=10 ** (year % 7)), name=f"{year}.txt")
    pipeline.run(folder / "data" / "raw", folder / "data" / "curated")
    for year in (2021, 2022):
        sheet = numbers(first=1234567 * (year - 2020))
        keep_form(folder / "data" / "raw", year, published(), requests(sheet))
    ran = CliRunner().invoke(
        app,
        ["run", "--direct", "--no-fetch", "--raw", str(folder / "data/raw"), "--curated", str(folder / "data/curated")],
    )
    assert ran.exit_code == 0, ran.output
    return folder


def nianbao(house: Path, *words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(house)
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("words", LOOKING, ids=" ".join)
def test_no_line_of_a_log_is_wider_than_80_cells_or_coloured(
    words: tuple[str, ...], house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = nianbao(house, *words, monkeypatch=monkeypatch)
    assert written.strip()
    assert too_wide(written) == []
    assert not STEERING.search(written)


@pytest.mark.parametrize("words", [("compare",), ("check",)], ids=" ".join)
def test_no_line_on_a_terminal_is_wider_than_80_cells(words: tuple[str, ...], house: Path) -> None:
    written = on_a_terminal(*words, cwd=house)
    assert too_wide(written) == []
    assert STEERING.search(written)  # bold heads at least


def test_colours_are_left_out_where_nobody_wants_them(house: Path) -> None:
    shown = on_a_terminal("coverage", cwd=house)
    assert COLOUR.search(shown)
    assert too_wide(shown) == []
    assert not COLOUR.search(on_a_terminal("coverage", cwd=house, NO_COLOR="1"))


@pytest.fixture
def three_years(tmp_path: Path) -> Path:
    """A folder with reports that were taken in and not read yet."""
    for year in range(2008, 2011):
        add_report_file(tmp_path / "data" / "raw", report_text(year), name=f"{year}.txt")
    return tmp_path


def test_a_run_on_a_terminal_has_a_bar_and_tells_where_the_result_is(three_years: Path) -> None:
    shown = on_a_terminal("run", "--direct", "--no-fetch", cwd=three_years)
    assert too_wide(shown) == []
    assert "reading: " not in shown  # a bar, which is wiped out
    look, last = (line.strip() for line in STEERING.sub("", shown).split("\n")[-3:-1])
    assert look == "next: open data/curated/atlas/index.html"
    assert last.endswith(", 0 rejects: tables in data/curated")
    assert (three_years / "data" / "curated" / "atlas" / "index.html").is_file()


def test_a_backfill_in_a_log_has_lines_and_tells_where_the_result_is(
    three_years: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--years", "2008-2010", "--direct", "--no-fetch", "--no-atlas")
    logged = nianbao(three_years, "backfill", *words, monkeypatch=monkeypatch)
    assert too_wide(logged) == []
    assert not STEERING.search(logged)
    lines = logged.splitlines()
    assert "reading: 3 of 3 snapshots" in lines
    assert lines[-2] == "next: nianbao compare --curated data/curated"
    assert lines[-1].endswith(", 0 rejects: tables in data/curated")


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (("compare",), ["in the atlas: data/curated/atlas/index.html", "table: data/curated/comparisons.parquet"]),
        (
            ("compare", "--indicator", "reconsideration_accepted"),
            [
                "in the atlas: data/curated/atlas/i/reconsideration_accepted.html",
                "table: data/curated/comparisons.parquet",
            ],
        ),
        (("check",), ["in the atlas: data/curated/atlas/index.html", "table: data/curated/findings.parquet"]),
        (("coverage",), ["in the atlas: data/curated/atlas/coverage.html", "table: data/curated/coverage.parquet"]),
    ],
)
def test_the_last_lines_say_where_the_result_is(
    words: tuple[str, ...], last: list[str], house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nianbao(house, *words, monkeypatch=monkeypatch).splitlines()[-2:] == last


def test_columns_stand_under_their_heads_in_cells(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = nianbao(house, "compare", "--indicator", "复议", monkeypatch=monkeypatch).splitlines()
    head = next(n for n, line in enumerate(lines) if line.strip().startswith("year"))
    ends = cell_len(lines[head][: lines[head].index("value") + len("value")])
    assert all(line[:ends].rstrip().endswith("120") for line in lines[head + 1 : head + 13])
    signs = [line for line in nianbao(house, "coverage", monkeypatch=monkeypatch).splitlines() if "云汀市" in line]
    assert cell_len(signs[0].split("+")[0]) == cell_len("云汀市  ")


def test_a_form_is_cut_into_parts_that_fit(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = nianbao(house, "compare", monkeypatch=monkeypatch).splitlines()
    new = [line for line in lines if "本年新收" in line]
    assert len(new) > 1
    assert "1,234,567 → 2,469,134" in new[0]
    assert sum(line.count("→") for line in new) == 7


def test_a_text_is_broken_where_it_may_be() -> None:
    told = "全市地区生产总值1,312.5亿元，增长6.9%（按可比价计算）；" + "x" * 30
    for width in range(12, 40):
        lines = list(wrap(told, width, "- ", "  "))
        assert all(cell_len(line) <= width for line in lines)
        assert "".join(line[2:] for line in lines) == told
        assert not any(line[2:].startswith(tuple("，；）%")) for line in lines)
        assert any("1,312.5" in line for line in lines)


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of two years of reports that mean harm: in the subject, before the number, in the headings."""
    folder = tmp_path_factory.mktemp("harmed")
    for year in (2018, 2019):
        text = report_text(year, permits=year).replace("（一）深化放管服改革", f"（一）{''.join(HOSTILE.values())}改革")
        for bad in HOSTILE.values():
            text = text.replace("（二）化解", f"{bad}新建{bad}学校{year}所，比上年增长3%。\n（二）化解", 1)
        text = text.replace("申请120宗，", f"申请120宗{''.join(HOSTILE.values())}，")
        add_report_file(folder / "raw", text, name=f"{year}.txt")
        pipeline.run(folder / "raw", folder / "curated")
    return folder


@pytest.mark.parametrize(
    "words",
    [*LOOKING, ("diff", "--examples", "50"), ("compare", "--sentences"), ("suggest", "--at-least", "1")],
    ids=" ".join,
)
def test_no_report_steers_the_screen(words: tuple[str, ...], harmed: Path) -> None:
    result = CliRunner().invoke(app, [*words, "--curated", str(harmed / "curated")])
    assert result.exit_code == 0, result.output
    assert not WRITTEN_BY_NOBODY.search(result.output)


def test_what_a_report_says_is_shown_as_text(harmed: Path) -> None:
    told = CliRunner().invoke(
        app, ["compare", "--indicator", "复议", "--sentences", "--curated", str(harmed / "curated")]
    )
    joined = re.sub(r"\s+", "", told.stdout)
    for bad in ("markup", "script", "formula", "quotes"):
        assert re.sub(r"\s+", "", HOSTILE[bad]) in joined
    assert "⟦U+009B⟧" in joined


def test_a_file_that_means_harm_is_shown_as_text(harmed: Path) -> None:
    file = max(harmed.glob("raw/**/*.txt"))
    result = CliRunner().invoke(app, ["extract", str(file)])
    assert result.exit_code == 0, result.output
    assert "新建" in result.output
    assert not WRITTEN_BY_NOBODY.search(result.output)
    wrong = CliRunner().invoke(app, ["extract", "none\x1b[31m\u202e.txt"])
    assert (wrong.exit_code, WRITTEN_BY_NOBODY.search(wrong.output)) == (1, None)


def test_in_excel_it_is_text_too(harmed: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", str(tmp_path / "a.xlsx"), "--curated", str(harmed / "curated")])
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    joined = [re.sub(r"\s+", "", text) for text in texts]
    for bad in ("markup", "script", "formula", "quotes"):
        assert any(re.sub(r"\s+", "", HOSTILE[bad]) in text for text in joined), bad
    assert not [text for text in texts if WRITTEN_BY_NOBODY.search(text)]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)  # only to places in the workbook


def test_plain_text_is_left_as_it_is() -> None:
    assert printable("全市地区生产总值1312.5亿元［按可比价］") == "全市地区生产总值1312.5亿元［按可比价］"
