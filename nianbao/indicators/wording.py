"""The language around wordings: how a subject is normalised, and which words do not change its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.yaml_config import ConfigNode, load_yaml

LANGUAGE = Path(__file__).with_name("wording.yaml")
_NOISE = re.compile(r"[\s“”\"‘’'《》〈〉「」『』,，;；:：()（）\[\]【】—–-]+")
# Parentheses that do not change the meaning: （包含行政处罚案卷）, （下同）
_PARENTHESIS = re.compile(r"[(（](?:包含|包括|含|下同|可比口径|按可比口径)[^()（）]*[)）]")
_ITEM_NUMBER = re.compile(r"^\s*[(（]?\d{1,3}(?:[)）.．、]|\s)+(?=\D)")
# An amount in words left at the end of a subject: 固定资产投资近万亿元
_WORDED_AMOUNT = re.compile(r"(?:近|超过|超|突破|破|过|约|逾|接近)[十百千万亿]+(?:美?元)?$")
# The rest of an adverb: 人均GDP五年增加1万美元, 达到2.4万美元
_SPAN = re.compile(r"[二两三四五]年?(?=$|总量|总数|累计$)")
# A verb inside a name: 现代服务业预计实现增加值
_REACHED = re.compile(r"(?:预计)?(?:年内|全年)?(?:实现|完成)(?=增加值|总产值|产值|利润)")
_AMONG = re.compile(r"在[^在]{2,12}(?:中|内)(?=率先|首|$)")
# 地区生产总值（GDP）
_REPEATED = re.compile(r"(GDP|PM2\.5|PM10|研发|规上)\1+")
# A phrase of one character is the rest of a word, and a longer one is a clause.
_SHORTEST_PART, _LONGEST_PART = 2, 14
_YEARS = re.compile(r"[0-9一二两三四五六七八九十]年")
_YEAR = re.compile(r"(?:19|20)\d{2}年(?:底|末|度|全年)?")


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of `wording.yaml`, normalised; each is explained there."""

    same: dict[str, str]
    same_pattern: re.Pattern[str]
    own_area: tuple[str, ...]
    own_country: tuple[str, ...]
    area: tuple[str, ...]
    neutral: tuple[str, ...]
    change: tuple[str, ...]
    cumulative: tuple[str, ...]
    scopes: dict[str, tuple[str, ...]]
    part_never: re.Pattern[str]
    part_not_alone: frozenset[str]
    part_tail: tuple[str, ...]
    in_names: tuple[str, ...]
    begins_name: tuple[str, ...]
    bare_nouns: frozenset[str]
    topics: tuple[str, ...]

    def is_part(self, text: str) -> bool:
        """Return whether words before a noun can name a part of what it means: a short phrase without a verb."""
        return (
            _SHORTEST_PART <= len(text) <= _LONGEST_PART
            and self.part_never.search(text) is None
            and not _YEARS.search(text)
        )

    def normalise(self, text: str) -> str:
        """Return a subject or wording without quotes, brackets, spaces and years, and with synonyms unified.

        `“规模以上”工业增加值` → `规上工业增加值`
        """
        # Each rule is tried only where a character of it occurs, because nearly all subjects have none.
        if "(" in text or "（" in text:
            text = _PARENTHESIS.sub("", text)
        if not text[:1].isalpha():
            text = _ITEM_NUMBER.sub("", text)
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
        if "实现" in plain or "完成" in plain:
            plain = _REACHED.sub("", plain)
        if "年" in plain:
            plain = _YEAR.sub("", plain)
        if "在" in plain:
            plain = _AMONG.sub("", plain)
        plain = _SPAN.sub("", _WORDED_AMOUNT.sub("", plain))
        return _REPEATED.sub(r"\1", self.same_pattern.sub(lambda match: self.same[match.group()], plain))


@cache
def load_language(path: Path = LANGUAGE) -> Language:
    """Load the word lists.

    Raises:
        ConfigError: An entry is wrong; the message names file and line.
    """
    top = load_yaml(path)
    top.check_keys(
        [
            "same",
            "own_area",
            "own_country",
            "area",
            "neutral",
            "change",
            "cumulative",
            "scopes",
            "part_never",
            "part_tail",
            "in_names",
            "begins_name",
            "bare_nouns",
            "topics",
            "part_not_alone",
        ]
    )
    same_entry, scopes_entry = top.values["same"], top.values["scopes"]
    if not isinstance(same_entry, ConfigNode) or not isinstance(scopes_entry, ConfigNode):
        top.refuse("'same' and 'scopes' must be mappings of a word to a list", "same")
    same = {_plain(word).upper(): key for key in same_entry.values for word in same_entry.texts(key)}
    for word, key in list(same.items()):
        if same.get(key.upper(), key) != key:
            same_entry.refuse(f"{key!r} replaces {word!r} and is itself replaced by {same[key.upper()]!r}", key)
    pattern = re.compile("|".join(re.escape(word) for word in _longest_first(same)) or r"(?!)")
    return Language(
        same=same,
        same_pattern=pattern,
        own_area=top.texts("own_area"),
        own_country=top.texts("own_country"),
        area=top.texts("area"),
        neutral=_neutral(top),
        change=top.texts("change"),
        cumulative=top.texts("cumulative"),
        part_never=re.compile("|".join(map(re.escape, top.texts("part_never")))),
        part_tail=top.texts("part_tail"),
        part_not_alone=frozenset(top.texts("part_not_alone")),
        in_names=top.texts("in_names"),
        begins_name=top.texts("begins_name"),
        bare_nouns=frozenset(top.texts("bare_nouns")),
        topics=top.texts("topics"),
        scopes={name: tuple(dict.fromkeys(scopes_entry.texts(name))) for name in scopes_entry.values},
    )


def _neutral(top: ConfigNode) -> tuple[str, ...]:
    lists = top.values["neutral"]
    if not isinstance(lists, list) or not all(isinstance(line, list) for line in lists):
        top.refuse("'neutral' must be a list of lists of words", "neutral")
    return tuple(dict.fromkeys(word for line in lists for word in line))


def _plain(word: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", word))


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
