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
    """Yield a line with the typed tokens of each sentence, then a line for each of its numbers."""
    for sentence, place in read_sentences(document, grammar):
        text = sentence.plain
        tokens = zip(sentence.signs, sentence.starts, sentence.ends, strict=True)
        yield " ".join(f"{text[start:end].strip()}/{NAMES[sign]}" for sign, start, end in tokens)
        observations: list[Observation] = []
        unmatched: list[Unmatched] = []
        build_observations(document.text, text, sentence.readings, place, observations, unmatched)
        for observation in observations:
            yield "    " + _derivation(document.text, observation)
        for number in unmatched:
            yield f"    {document.text[number.start : number.end]}: nothing, {number.reason}"


def _derivation(text: str, observation: Observation) -> str:
    parts = ", ".join(f"{name}={value}" for name in _PARTS if (value := getattr(observation, name)))
    years = (
        f"{observation.period_start}"
        if observation.period_start == observation.period_end
        else f"{observation.period_start}-{observation.period_end}"
    )
    facts = [
        observation.kind,
        observation.direction,
        observation.subject,
        f"{observation.modality} {years} {observation.period_type}",
        observation.compared_with,
    ]
    summary = " · ".join(str(value) for value in facts if value)
    quote = text[observation.start : observation.end]
    return f"{quote}: {summary} ({observation.grade}, by `{observation.read_by}`: {parts})"
