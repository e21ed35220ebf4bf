"""The parts of a family: every registered family is complete, and an incomplete one is refused."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from nianbao.indicators.catalog import load_catalog
from schemas.config_error import ConfigError
from schemas.families import Family, load_profiles
from schemas.forms import catalog_paths
from schemas.locations import CATALOG, FAMILIES_FILE
from schemas.vocabulary import FAMILIES, REPORT_ID
from tests.conftest import REPO_ROOT

SOURCES = [REPO_ROOT / name for name in ("flows", "nianbao", "schemas")]


@pytest.mark.parametrize("family", list(Family))
def test_every_family_is_complete(family: Family) -> None:
    """Each registered family has title rules, examples, a catalog, documentation and valid report ids."""
    profile = load_profiles()[family]
    assert profile.title.search(profile.name_zh)
    assert profile.list_titles.taken
    assert profile.list_titles.left
    assert (CATALOG / f"{family}.yaml").is_file()
    assert isinstance(load_catalog().family(family), list)
    assert f"`{family}`" in (REPO_ROOT / "docs" / "how-to" / "add-a-family.md").read_text("utf-8")
    assert family in FAMILIES
    assert re.match(REPORT_ID, f"{family}/440100/2023-2")


def test_every_catalog_is_of_a_registered_family() -> None:
    """There is exactly one catalog per registered family."""
    assert {path.stem for path in catalog_paths()} == set(Family)


def test_families_are_listed_in_their_order() -> None:
    """Families are listed by the order that their profiles declare."""
    assert [family.profile.order for family in Family] == sorted(family.profile.order for family in Family)


def named_in_python(path: Path) -> list[str]:
    """Return the families that a module names, as a string with its id or a member of `Family`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and node.value in FAMILIES:
            found.append(f"{path.relative_to(REPO_ROOT)}:{node.lineno}: {node.value}")
        elif isinstance(node, ast.Attribute) and node.attr.lower() in FAMILIES:
            found.append(f"{path.relative_to(REPO_ROOT)}:{node.lineno}: {node.attr}")
    return found


def named_in_text(path: Path) -> list[str]:
    """Return the families that a template, script, query or data file names outside comments."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    named = re.compile(rf"\b({'|'.join(FAMILIES)})\b")
    return [
        f"{path.relative_to(REPO_ROOT)}:{n}: {match[1]}"
        for n, line in lines
        if (match := named.search(line.split("#")[0]))
    ]


def test_no_code_template_or_script_names_a_family() -> None:
    """No code, template, query or data file outside `families.yaml` and the catalog names a family."""
    found = []
    for path in sorted(path for folder in SOURCES for path in folder.rglob("*")):
        if path.suffix == ".py":
            found += named_in_python(path)
        elif path.suffix in (".yaml", ".html", ".js", ".sql") and path != FAMILIES_FILE and path.parent != CATALOG:
            found += named_in_text(path)
    assert not found, f"put what these lines know of a family into schemas/families.yaml: {found}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: 法治", "title: (法治", r"families.yaml:\d+: 'title' is not a regular expression"),
        ("code: w", "code: l", r"families.yaml:\d+: the code 'l' is already that of rule_of_law"),
        ("code: w", "code: wr", r"families.yaml:\d+: the code 'wr' must be one lower-case letter"),
        ("    label_en: Work reports\n", "", r"families.yaml:\d+: the key 'label_en' is missing"),
        ("spoken: true", "spokn: true", r"families.yaml:\d+: unknown key 'spokn'"),
        ('day: "04-01"', 'day: "13-01"', r"families.yaml:\d+: 'day' must be a month and a day"),
        ("year: delivered", "year: given", r"families.yaml:\d+: 'year' is 'given'"),
    ],
)
def test_an_invalid_family_is_refused_with_file_and_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    """Each mistake in `families.yaml` is an error with file, line and reason."""
    text = FAMILIES_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "families.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ConfigError, match=message):
        load_profiles(path)
