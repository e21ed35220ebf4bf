"""Bounded work: no repeated token, and no pair of tokens, takes a rule of the grammar more than a moment.

The work of a rule is counted in patterns that are bounded by construction; what is tested here is that construction.
"""

from __future__ import annotations

import re
import re._constants as constants  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from contextlib import suppress
from typing import Any

import pytest

from benchmarks.fuzz import check_document, document_of, fuzz_damage, fuzz_documents, fuzz_flips, fuzz_texts, repeated
from benchmarks.fuzz_inputs import repeats
from nianbao.documents.limits import read_limited
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.extraction.extract import extract_observations
from nianbao.extraction.syntax.notation import Notation
from nianbao.extraction.syntax.rules import Rule, load_grammar
from tests.documents.file_factory import count_calls, count_lines

RULES = load_grammar().rules
REPEATING = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)


def unbounded_repeats(tree: Any, inside: int = 0) -> int:
    """Return how deep unbounded repetitions stand inside each other in a parsed pattern."""
    deepest = inside
    for operation, argument in tree:
        if operation in REPEATING:
            _, most, inner = argument
            deepest = max(deepest, unbounded_repeats(inner, inside + (most == constants.MAXREPEAT)))
        elif operation is constants.SUBPATTERN:
            deepest = max(deepest, unbounded_repeats(argument[-1], inside))
        elif operation is constants.BRANCH:
            deepest = max([deepest, *(unbounded_repeats(branch, inside) for branch in argument[1])])
        elif operation in (constants.ASSERT, constants.ASSERT_NOT):
            deepest = max(deepest, unbounded_repeats(argument[1], inside))
    return deepest


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_repeats_a_repetition(rule: Rule) -> None:
    """A repetition without bound inside another takes exponential time if they can match the same tokens."""
    assert unbounded_repeats(parser.parse(rule.pattern.compiled.pattern)) <= 2


@pytest.mark.parametrize(
    ("pattern", "regex"),
    [("(a|b)*", "[12]*"), ("(a|b|a)+", "[12]+"), ("(a|(b c)|a)*", "(?:(?:1|23|1))*"), ("(a|both)*", "[12]*")],
)
def test_neighbouring_signs_of_a_choice_are_one_set(pattern: str, regex: str) -> None:
    """Two branches never match the same sign one after the other."""
    from nianbao.extraction.syntax import notation

    nodes = {name: notation._any_of(frozenset(sign)) for name, sign in (("a", "1"), ("b", "2"), ("c", "3"))}
    nodes["both"] = notation._any_of(frozenset("12"))
    assert Notation(nodes).compile(pattern).compiled.pattern == regex


UNITS = list(repeats())


def work(kind: str, unit: str, n_characters: int) -> int:
    """Return the number of calls of functions that reading and extracting a repeat takes."""

    def read() -> None:
        media_type = "text/html" if kind == "html" else "text/plain"
        with suppress(UnreadableDocument):
            extract_observations(read_document(repeated(kind, unit, n_characters), media_type=media_type))

    return count_calls(read)


@pytest.mark.parametrize(("kind", "unit"), UNITS[::6], ids=[repr(unit) for _, unit in UNITS[::6]])
def test_twice_a_repeated_character_or_tag_is_about_twice_the_work(kind: str, unit: str) -> None:
    """Work is counted in calls; `make fuzz` measures the time of all repeats, also inside patterns."""
    work(kind, unit, 60)  # fills caches
    first, second = work(kind, unit, 600), work(kind, unit, 1200)
    assert second < 2.6 * first + 2000


@pytest.mark.parametrize("unit", ["1多", "1万", "5件", "三成"])
def test_the_numbers_of_a_sentence_are_not_compared_with_all_others(unit: str) -> None:
    """A loop inside an expression calls nothing, so the lines that it runs are counted."""

    def lines(n_characters: int) -> int:
        document = document_of(repeated("text", unit, n_characters).decode())
        return count_lines(lambda: extract_observations(document), "years.py")

    lines(60)  # fills caches
    first, second = lines(600), lines(1200)
    assert second < 2.6 * first + 2000


def test_random_texts_mutated_documents_and_damaged_files_have_no_fault() -> None:
    """A small part of `make fuzz`."""
    reports = [fuzz_texts(300, 19), fuzz_documents(80, 19), fuzz_damage(8), fuzz_flips(100, 19)]
    faults = [fault for report in reports for fault in report.faults if "takes" not in fault]
    assert faults == []
    assert sum(report.n_inputs for report in reports) == 488


@pytest.mark.parametrize(
    "text",
    [
        "同比" * 40 + "下降" * 9 + "9",
        "比甲" * 30 + "增长1%",
        "约" * 500 + "5件",
        "《" * 900 + "5件",
        "（" * 900 + "5件）",
        "“" * 900 + "5件",
        "第" * 900 + "5位",
        "、".join(["5件"] * 300),
        "一" * 900 + "件",
        "1、" * 600 + "件",
        "占" * 500 + "5%",
        "位居" * 300 + "第5位",
    ],
    ids=range(12),
)
def test_texts_that_took_exponential_or_quadratic_time_are_read(text: str) -> None:
    """Each of them ran for seconds to years; the limit on processor time would end the process."""
    check_document(document_of(f"云汀市2019年{text}。"))
    read_limited(
        f"云汀市2019年报告。有三句。有的。{text}。有三句话的才是一份报告，这是第三句话。".encode(),
        media_type="text/plain",
    )


def test_patterns_compile() -> None:
    """The parser that these tests use is that of the running Python."""
    assert unbounded_repeats(parser.parse("((a+)+)+")) == 3
    assert re.compile("a+")
