"""The bilingual texts: each is used, each text that a template or a table may ask for exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import nianbao.atlas
from nianbao.atlas.finding_lists import LISTS
from nianbao.atlas.i18n import family_label, family_short, t
from nianbao.atlas.pages.body import OUTCOMES
from nianbao.places.history import CHANGES_TERRITORY, KEEPS_TERRITORY
from schemas.comparisons import COMPARABILITY
from schemas.families import Family
from schemas.vocabulary import BODY_KINDS, GRADES, HIGHER_IS, KINDS, LEVELS, NATURES, QUALIFIERS, STATUSES

PACKAGE = Path(nianbao.atlas.__file__).parent
KEYS = set(yaml.safe_load((PACKAGE / "i18n.yaml").read_text("utf-8"))["text"])
# Keys that come from the values of columns.
VALUES = {*HIGHER_IS, *KINDS, *LEVELS, *NATURES, *QUALIFIERS, *STATUSES, *OUTCOMES} - {"exact"}
VALUES |= {*COMPARABILITY}
VALUES |= {f"{name}_lead" for name in LISTS} | {f"grade_{grade.lower()}" for grade in GRADES}
VALUES |= {f"kind_{kind}" for kind in BODY_KINDS}
VALUES |= {f"change_{kind}" for kind in (*KEEPS_TERRITORY, *CHANGES_TERRITORY)}


def template_keys() -> set[str]:
    """Return the keys that templates name."""
    sources = "".join(path.read_text("utf-8") for path in sorted((PACKAGE / "templates").glob("*.html")))
    return set(re.findall(r"'(\w+)' \| t\b", sources))


@pytest.mark.parametrize("key", sorted(VALUES | template_keys()))
def test_a_key_has_a_text_in_both_languages(key: str) -> None:
    """Every key that a template or a table value asks for has a text in Chinese and in English."""
    assert 'lang="en"' in t(key)


def test_no_text_is_unused() -> None:
    """Every text of `i18n.yaml` is named by a template or a module, or explains a key that is."""
    sources = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*") if path.suffix in (".html", ".py"))
    named = set(re.findall(r"['\"](\w+)['\"]", sources)) | VALUES
    # The about page explains words: `gap_says` is the text about `gap`.
    explained = {key for key in KEYS if key.removesuffix("_says") in named or f"{key}_says" in KEYS}
    assert not KEYS - named - explained


@pytest.mark.parametrize("family", list(Family))
def test_every_family_has_a_label_and_a_mark(family: Family) -> None:
    """Each family is labelled with its English name and its short code in the atlas."""
    assert family.profile.label_en in family_label(family)
    assert family.profile.code.upper() in family_short(family)
