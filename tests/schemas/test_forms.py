"""The form of the disclosure report as data, and the errors of an invalid one."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.config_error import ConfigError
from schemas.forms import Form, load_form, read_form
from schemas.yaml_config import load_yaml

FORM_TEXT = """
family: info_disclosure
categories:
  - {id: tea, name_zh: 茶, name_en: Tea}
indicators: []
form:
  editions:
    - {id: "2019", first: 2019, last: 2020, document: 一号}
    - {id: "2021", first: 2021, document: 二号}
  blocks:
    - id: leaves
      table: 茶叶
      category: tea
      unit: 件
      dimension: cases
      rows:
        - {id: green, name_zh: 绿茶, name_en: Green, words: [绿茶]}
        - {id: other, name_zh: 其他, name_en: Other, words: [其他], editions: ["2019"]}
        - {id: other_black, name_zh: 红茶, name_en: Black, words: [红茶], under: [其他],
           editions: ["2021"], instead_of: other}
        - {id: all, name_zh: 总计, name_en: All, words: [总计]}
      columns:
        - {id: picked, name_zh: 采摘, name_en: picked, words: [采摘]}
        - {id: sold, name_zh: 售价, name_en: sold, words: [售价], unit: 元, printed_unit: 万元, dimension: money_cny}
      sums:
        - {id: kinds, along: rows, parts: [green, other, other_black], whole: [all]}
      carries:
        - {id: kept, along: columns, from: picked, to: sold}
  prose:
    - {indicator: tea_picked, cell: all_picked}
"""


def form_of(tmp_path: Path, text: str) -> Form:
    """Return the form that a text defines."""
    path = tmp_path / "info_disclosure.yaml"
    path.write_text(text, "utf-8")
    form = read_form(load_yaml(path))
    assert form is not None
    return form


def test_every_row_with_every_column_is_a_cell(tmp_path: Path) -> None:
    """Each row and column gives a cell with unit, printed unit and definition, and each year its edition."""
    form = form_of(tmp_path, FORM_TEXT)
    cells = {cell.id: cell for cell in form.cells}
    assert list(cells) == [
        f"{row}_{column}" for row in ("green", "other", "other_black", "all") for column in ("picked", "sold")
    ]
    assert (cells["green_sold"].unit, cells["green_sold"].printed_unit) == ("元", "万元")
    assert (cells["green_picked"].unit, cells["green_picked"].printed_unit) == ("件", "件")
    assert cells["other_black_picked"].definition == "Cell of the form of 2021: Black, picked."
    assert [form.edition_of(year).id for year in (2012, 2019, 2020, 2021, 2030)] == [
        "2019",
        "2019",
        "2019",
        "2021",
        "2021",
    ]
    assert form.prose == {"tea_picked": "all_picked"}


def test_a_sum_applies_to_every_column(tmp_path: Path) -> None:
    """A rule for a sum applies to every column, with replacements of parts, and carries link two cells."""
    form = form_of(tmp_path, FORM_TEXT)
    assert [(rule.parts, rule.whole) for rule in form.sums] == [
        (("green_picked", "other_picked", "other_black_picked"), ("all_picked",)),
        (("green_sold", "other_sold", "other_black_sold"), ("all_sold",)),
    ]
    assert form.sums[0].replaced == {"other_picked": ("other_black_picked",)}
    assert (form.carries[0].earlier, form.carries[0].later) == ("green_picked", "green_sold")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("words: [绿茶]", "words: []", 17, "needs the words that head it"),
        ("id: green,", "id: Green,", 17, "must be lower-case letters"),
        ("id: all,", "id: green,", 17, "given twice"),
        ('editions: ["2021"]', 'editions: ["2031"]', 20, "no edition of the form"),
        ("instead_of: other", "instead_of: oolong", 20, "none of the rows"),
        ("parts: [green,", "parts: [oolong,", 26, "'oolong' is none of the rows"),
        ("along: columns", "along: leaves", 28, "must be one of columns, rows"),
        ("cell: all_picked", "cell: none_picked", 30, "not a cell of the form"),
        ("category: tea", "colour: tea", 13, "unknown key 'colour'"),
        ("first: 2021", "first: 2017", 7, "in the order of their years"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    """Each mistake in the definition of a form is an error with file, line and reason."""
    assert FORM_TEXT.count(old) == 1
    with pytest.raises(ConfigError) as error:
        form_of(tmp_path, FORM_TEXT.replace(old, new))
    assert str(error.value).startswith(f"{tmp_path / 'info_disclosure.yaml'}:{line}: ")
    assert what in str(error.value)


def test_the_disclosure_report_has_its_three_tables() -> None:
    """The shipped form has its two official editions and the right number of cells per table."""
    form = load_form("info_disclosure")
    assert form is not None
    assert [edition.document for edition in form.editions] == ["国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号"]
    sizes = {block.id: len(block.cells) for block in form.blocks}
    assert sizes == {
        "documents_2019": 6, "documents_2021": 6, "decisions": 12, "fees": 3, "procurement": 2,
        "requests": 182, "reviews": 15,
    }  # fmt: skip
    of_2021 = [cell for cell in form.cells if "2021" in cell.editions]
    assert len(of_2021) == 6 + 3 + 1 + 25 * 7 + 15
    assert load_form("work_report") is None
