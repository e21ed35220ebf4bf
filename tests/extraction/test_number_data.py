"""The examples in the data files of numbers: every form and every exclusion rule reads its example as stated."""

from __future__ import annotations

import pytest

from nianbao.extraction.numbers.amounts import FormExample, form_examples
from nianbao.extraction.numbers.exclusions import ExclusionRule, load_rules
from nianbao.extraction.numbers.finder import find_quantities
from nianbao.extraction.numbers.quantity import plain_text
from tests.extraction.sentences import observation_of


@pytest.mark.parametrize("example", form_examples(), ids=lambda example: example.quote)
def test_a_named_form_reads_its_example(example: FormExample) -> None:
    """Each form of number in `forms.yaml` gives value, unit and qualifier of its example."""
    row = observation_of(example.text, example.quote)
    assert (row.value, row.unit, row.qualifier) == (example.value, example.unit, example.qualifier)


@pytest.mark.parametrize("rule", [rule for rule in load_rules() if rule.example], ids=lambda rule: rule.name)
def test_an_exclusion_rule_decides_its_example(rule: ExclusionRule) -> None:
    """Each rule of `exclusions.yaml` excludes its example with its reason, or keeps it if the rule has no reason."""
    number = rule.example.strip("[]")
    text = f"其中，{rule.text}" if not rule.text.startswith(number) else rule.text
    quantities, exclusions = find_quantities(plain_text(text))
    counted = {text[found.start : found.end] for found in quantities} | {text[q.digits : q.end] for q in quantities}
    excluded = {text[found.start : found.end]: found.reason for found in exclusions}
    if rule.reason:
        assert excluded.get(number) == rule.reason, (counted, excluded)
    else:
        assert number in counted, excluded
