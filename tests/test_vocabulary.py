"""The code uses standard names: a former private vocabulary and catch-all names are rejected."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPO_ROOT

FOLDERS = ("flows", "nianbao", "schemas", "tests", "benchmarks", "docs")

# Folders that are not checked yet.
EXCLUDED: tuple[str, ...] = ()

_WORDS = yaml.safe_load((REPO_ROOT / "tests" / "vocabulary.yaml").read_text("utf-8"))
VAGUE, VAGUE_WORDS, CATCH_ALL, ALLOWED, FORMER, FORMER_MODULES = (
    frozenset(_WORDS[key].split())
    for key in ("vague", "vague_words", "catch_all", "allowed", "former", "former_modules")
)


def python_files() -> list[Path]:
    """Return all checked Python files."""
    found = [path for folder in FOLDERS for path in (REPO_ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if not path.relative_to(REPO_ROOT).as_posix().startswith(EXCLUDED))


def identifiers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of all variables, parameters, attributes, keywords, functions, classes and imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.alias):
            yield from ((node.lineno, part) for part in node.name.split("."))
            if node.asname:
                yield node.lineno, node.asname
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def words(name: str) -> set[str]:
    """Return the words of a name: `say_place` and `SayPlace` have the words say and place."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def is_forbidden(name: str) -> bool:
    """Return whether an identifier is vague, a catch-all or from the former vocabulary."""
    bare = name.strip("_")
    if bare.startswith("test_") or bare in ALLOWED:  # the name of a test is a sentence
        return False
    return bare in VAGUE or bare in FORMER or bool(words(bare) & (VAGUE_WORDS | CATCH_ALL))


def test_identifiers_are_standard_terms() -> None:
    """No identifier in the repository is vague, a catch-all name or from the former vocabulary."""
    found = {
        f"{path.relative_to(REPO_ROOT)}:{line}: {name}"
        for path in python_files()
        for line, name in identifiers(ast.parse(path.read_text("utf-8")))
        if is_forbidden(name)
    }
    assert not found, f"use terms of docs/reference/glossary.md instead of {sorted(found)}"


def test_modules_have_standard_names() -> None:
    """No module has a vague, catch-all or former name."""
    former = FORMER_MODULES | VAGUE | CATCH_ALL
    found = [path.relative_to(REPO_ROOT).as_posix() for path in python_files() if path.stem.strip("_") in former]
    assert not found


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("told", True),
        ("_seen", True),
        ("told_next_year", True),
        ("OwedReport", True),
        ("file_utils", True),
        ("fetched_at", False),
        ("standing_committee", False),
        ("most_common", False),
        ("test_nobody_is_asked_twice", False),
    ],
)
def test_the_rule_itself(name: str, forbidden: bool) -> None:
    """The rule forbids former and vague words in identifiers and allows ordinary words and names of tests."""
    assert is_forbidden(name) == forbidden
