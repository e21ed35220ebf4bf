"""Why a number was read as it was: the tokens of a sentence, the rule that read each number, parts and period."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.documents.model import Document
from nianbao.extraction.extract import read_sentences
from nianbao.extraction.model import Observation, Unmatched
from nianbao.extraction.observation_builder import build_observations
from nianbao.extraction.syntax.rules import Grammar
from nianbao.extraction.syntax.types import NAMES

_PARTS = ("action", "head", "whole", "part", "population", "area", "actor")


def explain(document: Document, grammar: Grammar | None = None) -> Iterator[str]:
    """Lines for a reader: a sentence cut into typed tokens, then a line for each of its numbers."""
    for sentence, place in read_sentences(document, grammar):
        text = sentence.plain
        yield " ".join(f"{text[token.start : token.end].strip()}/{NAMES[token.sign]}" for token in sentence.tokens)
        observations: list[Observation] = []
        unmatched: list[Unmatched] = []
        build_observations(document.text, text, sentence.readings, place, observations, unmatched)
        for seen in observations:
            yield "    " + _derivation(document.text, seen)
        for number in unmatched:
            yield f"    {document.text[number.start : number.end]}: nothing, {number.reason}"


def _derivation(text: str, seen: Observation) -> str:
    parts = ", ".join(f"{name}={value}" for name in _PARTS if (value := getattr(seen, name)))
    years = f"{seen.period_start}" if seen.period_start == seen.period_end else f"{seen.period_start}-{seen.period_end}"
    told = [seen.kind, seen.direction, seen.subject, f"{seen.modality} {years} {seen.period_type}", seen.compared_with]
    said = " · ".join(str(value) for value in told if value)
    return f"{text[seen.start : seen.end]}: {said} ({seen.grade}, by `{seen.read_by}`: {parts})"
