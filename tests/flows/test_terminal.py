"""What commands print: its width in cells on a terminal and in a log, and no control characters from reports."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.messages import printable
from flows.cli.series_grids import series_list
from flows.cli.terminal import wrap
from nianbao import pipeline
from tests.conftest import add_report_file, report_text
from tests.extraction.disclosure_factory import numbers, published, requests
from tests.flows.terminals import COLOUR, CONTROL, Command, on_a_terminal, too_wide
from tests.test_disclosure import keep as keep_form

CONTROL_CHARACTERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
HOSTILE = {
    "markup": "[red]红[/red][link=http://a.example]字[/link]:bomb:",
    "escape": "\x1b[31m红\x1b[2J\x9b1m",
    "direction": "\u202e倒着\u2066的\u200f",
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|'/C calc'",
    "quotes": "\"引号' OR 1=1 --",
}
VIEW_COMMANDS = (
    ("compare",),
    ("compare", "--indicator", "复议", "--sentences"),
    ("check",),
    ("coverage",),
    ("versions",),
    ("diff",),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return tables of one government over twelve years, a form with large numbers, and two versions."""
    folder = tmp_path_factory.mktemp("project")
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


def nianbao(project: Path, *words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a command in the project folder and return its output."""
    monkeypatch.chdir(project)
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("words", VIEW_COMMANDS, ids=" ".join)
def test_no_line_of_a_log_is_wider_than_80_cells_or_coloured(
    words: tuple[str, ...], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a log, no command prints a line wider than 80 cells or a control sequence."""
    written = nianbao(project, *words, monkeypatch=monkeypatch)
    assert written.strip()
    assert too_wide(written) == []
    assert not CONTROL.search(written)


def test_commands_on_a_terminal_fit_80_cells_and_respect_no_color(project: Path) -> None:
    """On a terminal, output fits 80 cells, `NO_COLOR` is respected, and the last lines say where the result is."""
    commands: list[Command] = [
        (["compare"], {}),
        (["check"], {}),
        (["coverage"], {}),
        (["coverage"], {"NO_COLOR": "1"}),
        (["run", "--direct", "--no-fetch", "--raw", "new/raw", "--curated", "new/curated"], {}),
    ]
    for year in range(2008, 2011):
        add_report_file(project / "new" / "raw", report_text(year), name=f"{year}.txt")
    compared, checked, coloured, plain, ran = on_a_terminal(*commands, cwd=project)
    for output in (compared, checked, coloured, plain, ran):
        assert too_wide(output) == []
    assert CONTROL.search(compared)
    assert CONTROL.search(checked)  # bold headings at least
    assert COLOUR.search(coloured)
    assert not COLOUR.search(plain)
    assert "reading: " not in ran  # a bar, which is erased
    link, last = (line.strip() for line in CONTROL.sub("", ran).split("\n")[-3:-1])
    assert link == "next: open new/curated/atlas/index.html"
    assert last.endswith(", 0 rejects: tables in new/curated")
    assert (project / "new" / "curated" / "atlas" / "index.html").is_file()


@pytest.fixture
def three_years(tmp_path: Path) -> Path:
    """Return a folder with three snapshots that are not read yet."""
    for year in range(2008, 2011):
        add_report_file(tmp_path / "data" / "raw", report_text(year), name=f"{year}.txt")
    return tmp_path


def test_a_backfill_in_a_log_prints_progress_lines_and_where_the_result_is(
    three_years: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a log, `backfill` prints plain progress lines, the next command and the folder of the tables."""
    words = ("--years", "2008-2010", "--direct", "--no-fetch", "--no-atlas")
    logged = nianbao(three_years, "backfill", *words, monkeypatch=monkeypatch)
    assert too_wide(logged) == []
    assert not CONTROL.search(logged)
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
    words: tuple[str, ...], last: list[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each view ends with the page of the atlas and the table that have more detail."""
    assert nianbao(project, *words, monkeypatch=monkeypatch).splitlines()[-2:] == last


def test_columns_are_aligned_with_their_headings_in_cells(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns align on a terminal although Chinese characters are two cells wide."""
    lines = nianbao(project, "compare", "--indicator", "复议", monkeypatch=monkeypatch).splitlines()
    head = next(n for n, line in enumerate(lines) if line.strip().startswith("year"))
    ends = cell_len(lines[head][: lines[head].index("value") + len("value")])
    assert all(line[:ends].rstrip().endswith("120") for line in lines[head + 1 : head + 13])
    signs = [line for line in nianbao(project, "coverage", monkeypatch=monkeypatch).splitlines() if "云汀市" in line]
    assert cell_len(signs[0].split("+")[0]) == cell_len("云汀市  ")


def test_a_form_is_split_into_grids_that_fit(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide form is split into several grids, and no cell is lost."""
    lines = nianbao(project, "compare", monkeypatch=monkeypatch).splitlines()
    new = [line for line in lines if "本年新收" in line]
    assert len(new) > 1
    assert "1,234,567 → 2,469,134" in new[0]
    assert sum(line.count("→") for line in new) == 7


def row_of_comparisons(year: int, value: float | None, **columns: Any) -> Any:
    """Return the columns of a comparison that a list of series needs."""
    names = ["previous_value", "change_pct", "change_pp", "reported_change_pct", "reported_change_agrees", "target_met"]
    names += ["latest_value", "target_value", "target_qualifier", "target_kind", "rank_in_year", "n_ranked", "quote"]
    fixed: dict[str, Any] = {
        "family": "work_report",
        "series_code": "990100",
        "jurisdiction_code": "990100",
        "body_id": "",
        "unit": "%",
    }
    fixed |= {"jurisdiction_name": "云汀市", "body_name": "", "scope": "", "qualifier": "exact", "indicator_id": "rate"}
    fixed |= {"indicator_name_zh": "审结率", "comparability": "comparable", "year": year, "value": value}
    return {**dict.fromkeys(names), **fixed, **columns}


def printed(*blocks: Any) -> str:
    """Return what a console of 80 cells prints."""
    output = io.StringIO()
    console = Console(width=80, file=output)
    for block in blocks:
        console.print(block)
    return output.getvalue()


def test_a_list_has_printed_decimals_and_years_with_figures_and_no_bars_for_two() -> None:
    """7.0% keeps its zero, years with only a target do not count, and fewer than three figures have no bars."""
    series = [row_of_comparisons(2020, 6.5), row_of_comparisons(2021, 7.0, quote="7.0%", change_pp=0.512345)]
    series.append(row_of_comparisons(2025, None, target_value=8.0))
    shown = printed(*series_list([series]))
    assert "2020–21" in shown
    assert "7.0%" in shown
    assert "+0.51pp" in shown
    assert not set("▁▂▃▄▅▆▇█") & set(shown)


def test_series_with_most_figures_come_first_and_those_with_only_targets_are_left_out() -> None:
    """A longer series precedes a shorter one, and a target without a figure is no line."""
    short = [row_of_comparisons(2020, 1.0, indicator_name_zh="短")]
    long = [row_of_comparisons(year, float(year), indicator_name_zh="长") for year in range(2018, 2022)]
    target = [row_of_comparisons(2022, None, indicator_name_zh="目标", target_value=1.0)]
    shown = printed(*series_list([short, target, long]))
    assert shown.index("长") < shown.index("短")
    assert "目标" not in shown


def test_a_long_list_ends_with_how_many_are_left_out() -> None:
    """Of many series of one body, the longest are listed, and a line says how many others there are."""
    series = [[row_of_comparisons(2020, 1.0, indicator_name_zh=f"第{n}")] for n in range(7)]
    shown = printed(*series_list(series, limit=5))
    assert "第4" in shown
    assert "第5" not in shown
    assert "… and 2 shorter ones; --json lists all" in shown


@pytest.mark.parametrize(
    ("locale", "verdict", "heading"),
    [("zh_CN.UTF-8", "不可比|没有更早的数", "数值"), ("C.UTF-8", "no previous", "value")],
)
def test_words_are_in_the_language_of_the_user(
    locale: str, verdict: str, heading: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headings and reasons are Chinese in a Chinese locale, else English."""
    monkeypatch.setenv("LC_ALL", locale)
    shown = nianbao(project, "compare", "--indicator", "复议", monkeypatch=monkeypatch)
    assert re.search(verdict, shown)
    assert heading in shown


def test_text_wraps_without_splitting_numbers_or_starting_lines_with_punctuation() -> None:
    """At any width, wrapped text keeps all characters and whole numbers, and no line starts with punctuation."""
    text = "全市地区生产总值1,312.5亿元，增长6.9%（按可比价计算）；" + "x" * 30
    for width in range(12, 40):
        lines = list(wrap(text, width, "- ", "  "))
        assert all(cell_len(line) <= width for line in lines)
        assert "".join(line[2:] for line in lines) == text
        assert not any(line[2:].startswith(tuple("，；）%")) for line in lines)
        assert any("1,312.5" in line for line in lines)


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return tables of two hostile reports: in the subject, before the number, in the headings."""
    folder = tmp_path_factory.mktemp("hostile_project")
    for year in (2018, 2019):
        text = report_text(year, permits=year).replace("（一）深化放管服改革", f"（一）{''.join(HOSTILE.values())}改革")
        for hostile in HOSTILE.values():
            text = text.replace("（二）化解", f"{hostile}新建{hostile}学校{year}所，比上年增长3%。\n（二）化解", 1)
        text = text.replace("申请120宗，", f"申请120宗{''.join(HOSTILE.values())}，")
        add_report_file(folder / "raw", text, name=f"{year}.txt")
        pipeline.run(folder / "raw", folder / "curated")
    return folder


@pytest.mark.parametrize(
    "words",
    [*VIEW_COMMANDS, ("diff", "--examples", "50"), ("compare", "--sentences"), ("suggest", "--at-least", "1")],
    ids=" ".join,
)
def test_no_report_can_control_the_terminal(words: tuple[str, ...], hostile_project: Path) -> None:
    """Escape sequences and bidi marks of reports never reach the terminal."""
    result = CliRunner().invoke(app, [*words, "--curated", str(hostile_project / "curated")])
    assert result.exit_code == 0, result.output
    assert not CONTROL_CHARACTERS.search(result.output)


def test_markup_in_a_report_is_shown_as_text(hostile_project: Path) -> None:
    """Rich markup, scripts and formulas of a report are printed as they are."""
    result = CliRunner().invoke(
        app, ["compare", "--indicator", "复议", "--sentences", "--curated", str(hostile_project / "curated")]
    )
    joined = re.sub(r"\s+", "", result.stdout)
    for hostile in ("markup", "script", "formula", "quotes"):
        assert re.sub(r"\s+", "", HOSTILE[hostile]) in joined
    assert "红[2J1m倒着的" in joined  # what reading leaves of an escape sequence and of marks of direction


def test_extract_shows_a_hostile_file_as_text(hostile_project: Path) -> None:
    """`extract` prints a hostile file and a hostile file name without control characters."""
    file = max(hostile_project.glob("raw/**/*.txt"))
    result = CliRunner().invoke(app, ["extract", str(file)])
    assert result.exit_code == 0, result.output
    assert "新建" in result.output
    assert not CONTROL_CHARACTERS.search(result.output)
    wrong = CliRunner().invoke(app, ["extract", "none\x1b[31m\u202e.txt"])
    assert (wrong.exit_code, CONTROL_CHARACTERS.search(wrong.output)) == (1, None)


def test_a_workbook_has_hostile_text_as_text(hostile_project: Path, tmp_path: Path) -> None:
    """The workbook has hostile text as plain text, without formulas or external links."""
    result = CliRunner().invoke(
        app, ["export", str(tmp_path / "a.xlsx"), "--curated", str(hostile_project / "curated")]
    )
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    joined = [re.sub(r"\s+", "", text) for text in texts]
    for hostile in ("markup", "script", "formula", "quotes"):
        assert any(re.sub(r"\s+", "", HOSTILE[hostile]) in text for text in joined), hostile
    assert not [text for text in texts if CONTROL_CHARACTERS.search(text)]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert all(cell.hyperlink.target is None for cell in cells if cell.hyperlink)  # only to places in the workbook


def test_plain_text_is_unchanged() -> None:
    """Ordinary Chinese text with brackets is printed unchanged."""
    assert printable("全市地区生产总值1312.5亿元［按可比价］") == "全市地区生产总值1312.5亿元［按可比价］"
