"""The command `identify`: one JSON object per line, in the order of the input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app

KEYS = [
    "place_code",
    "place_name",
    "place_kind",
    "body_kind",
    "body_name",
    "body_id",
    "acts_for_government",
    "series_code",
    "candidates",
    "why",
]


def run(*arguments: str, stdin: str | None = None, code: int = 0) -> list[dict[str, object]]:
    """Run `identify` and return its JSON lines."""
    result = CliRunner().invoke(app, ["identify", *arguments], input=stdin)
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_title() -> None:
    """A title gives place and body under the documented keys."""
    (row,) = run("--title", "清远市司法局关于2019年法治政府建设情况的报告")
    assert list(row) == KEYS
    assert (row["place_code"], row["body_id"]) == ("441800", "sfj")


def test_clues_as_options() -> None:
    """An ambiguous title lists candidates, and publisher and year resolve it."""
    title = "鼓楼区2021年政府信息公开年度报告"
    (row,) = run("--title", title)
    assert row["place_code"] is None
    assert row["candidates"][0].keys() == {"code", "name", "years"}  # type: ignore[index]
    (row,) = run("--title", title, "--publisher", "徐州市鼓楼区人民政府", "--year", "2021")
    assert row["place_code"] == "320302"


def test_json_lines_in_order(tmp_path: Path) -> None:
    """Lines from a file or standard input give the same results in order, with null for unknown places."""
    lines = [
        {"title": "清远市2021年政府信息公开年度报告", "year": 2021, "publisher": None, "expect": {}},
        {"title": "某县2021年政府信息公开年度报告"},
        {"title": "襄樊市2009年政府信息公开年度报告", "year": "2009"},
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    file = tmp_path / "clues.jsonl"
    file.write_text(text, "utf-8")
    from_file = run("--jsonl", str(file))
    assert [row["place_code"] for row in from_file] == ["441800", None, "420600"]
    assert run("--jsonl", "-", stdin=text) == from_file


@pytest.mark.parametrize("text", ["{", "[]", '{"title": 3}', '{"title": "x", "year": "last"}'])
def test_bad_lines_are_usage_errors(text: str) -> None:
    """Invalid JSON, wrong types and wrong years are usage errors."""
    run("--jsonl", "-", stdin=text, code=2)


def test_exactly_one_input_is_required() -> None:
    """No input and two inputs are usage errors."""
    run(code=2)
    run("--title", "x", "--jsonl", "-", code=2)


def test_neither_pandas_nor_prefect_is_loaded() -> None:
    """`identify` starts fast, because it imports neither pandas nor Prefect nor pyarrow."""
    program = (
        "import sys; from flows.cli.app import app\n"
        "try: app(['identify', '--title', '清远市2021年政府信息公开年度报告'])\n"
        "except SystemExit: pass\n"
        "sys.exit(bool({'pandas', 'prefect', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
