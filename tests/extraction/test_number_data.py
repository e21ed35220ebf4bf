"""The examples that stand beside the data of numbers: every form is read as it says, every rule decides as it says."""

from __future__ import annotations

import pytest

from nianbao.extraction.numbers.amounts import FormExample, form_examples
from nianbao.extraction.numbers.exclusions import ExclusionRule, load_rules
from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import plain_text
from tests.extraction.sentences import observation_of


@pytest.mark.parametrize("example", form_examples(), ids=lambda example: example.quote)
def test_a_named_form_reads_as_its_example_says(example: FormExample) -> None:
    row = observation_of(example.text, example.quote)
    assert (row.value, row.unit, row.qualifier) == (example.value, example.unit, example.qualifier)


@pytest.mark.parametrize("rule", [rule for rule in load_rules() if rule.example], ids=lambda rule: rule.name)
def test_an_exclusion_decides_on_its_example(rule: ExclusionRule) -> None:
    number = rule.example.strip("[]")
    text = f"其中，{rule.text}" if not rule.text.startswith(number) else rule.text
    quantities, exclusions = find_quantities(plain_text(text))
    counted = {text[found.start : found.end] for found in quantities} | {text[q.digits : q.end] for q in quantities}
    excluded = {text[found.start : found.end]: found.reason for found in exclusions}
    if rule.reason:
        assert excluded.get(number) == rule.reason, (counted, excluded)
    else:
        assert number in counted, excluded
