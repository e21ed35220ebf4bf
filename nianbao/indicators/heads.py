"""Match a subject by what was done and by its head noun; words before the noun name a part, a separate series.

`新签约人工智能产业项目` is the act 签约, the noun 项目 and the part 人工智能产业. A part never counts as the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from nianbao.indicators.wording import Language
from schemas.head_nouns import Act, HeadNoun

# Words cut from a longer name: 高新技术企业和 before 科技型中小企业, 性跨部门 after 全区, 名校长、名 before 教师.
_CUT = re.compile(r"^[和与及、或性型化类级于]|[和与及、或各在对名第]$|[、和与].$")


_STATE = "国家"
# A place named after the own one (盐田港, 福田河): its name is not cut.
_PLACE_AFTER = frozenset("河港湾江湖山镇村桥")
_LEVELS = "省市区县州旗盟内围级"
# 三百亿元以上企业: an amount alone is no part, so the noun stays with it.
_AMOUNT_END = re.compile(r"[0-9一二三四五六七八九十百千万亿]$")


class Found(NamedTuple):
    """The indicator of a subject, and the part that its words name, "" for the whole."""

    indicator_id: str
    part: str


class _Ending(NamedTuple):
    """A noun at the end of a text: what it means, the words before it, and itself."""

    nouns: Sequence[HeadNoun]
    before: str
    word: str


class Heads:
    """An index over the nouns and acts of a catalog."""

    def __init__(self, nouns: Sequence[HeadNoun], acts: dict[str, Act], language: Language) -> None:
        """Build the index."""
        self._language = language
        self._nouns: dict[str, list[HeadNoun]] = {}
        for noun in nouns:
            for word in dict.fromkeys(map(language.normalise, noun.words)):
                self._nouns.setdefault(word, []).append(noun)
        self._same = {noun.id: frozenset(map(language.normalise, noun.same)) for noun in nouns}
        self._acts: dict[str, list[str]] = {}
        for act in acts.values():
            for word in act.words:
                self._acts.setdefault(language.normalise(word), []).append(act.id)
        self._unsaid = [act.id for act in acts.values() if not act.words]
        # The lengths of words by their first or last character, longest first: most subjects need one look-up or none.
        self._noun_ends = _lengths(self._nouns, -1)
        self._act_ends = _lengths((word for word in self._acts if len(word) > 1), -1)
        self._act_starts = _lengths(self._acts, 0)
        self._lead: dict[str, list[str]] = {}
        for word in sorted((*language.neutral, *language.area), key=len, reverse=True):
            if len(word) > 1 and word not in language.in_names:
                self._lead.setdefault(word[0], []).append(word)
        self._tail = language.part_tail
        self._begins_name = language.begins_name

    def find(self, text: str, own: tuple[str, ...]) -> Iterator[Found]:
        """Yield the indicators that a normalised subject can have, the likeliest first. `own` means the whole place."""
        # 国家 in front of a noun is a kind (国家公园), also in a report of the country.
        own = tuple(name for name in own if name != _STATE)
        core = text
        while core.endswith(self._tail):
            core = core[: -max(len(word) for word in self._tail if core.endswith(word))]
        ending = self._ending_of(core)
        if ending is not None:
            for done, part in self._acts_before(ending.before, own):
                yield from self._of_ending(ending, done, part)
        for length in self._act_ends.get(core[-1:], ()):
            if (acts := self._acts.get(core[-length:])) and (before := self._ending_of(core[:-length])) is not None:
                yield from self._of_ending(before, acts, self._without_lead(before.before, own))
        if ending is not None:
            yield from self._of_ending(ending, self._unsaid, self._without_lead(ending.before, own))

    def split(self, text: str, own: tuple[str, ...]) -> tuple[str, str]:
        """Return the word of a normalised subject that says what was done, "" for none, and what it was done to."""
        for start in dict.fromkeys((text, self._without_lead(text, own))):
            for length in self._act_starts.get(start[:1], ()):
                if start[:length] in self._acts and length < len(start):
                    return start[:length], self._without_acts(start[length:], own)
        for length in self._act_ends.get(text[-1:], ()):
            if text[-length:] in self._acts and length < len(text):
                return text[-length:], self._without_acts(text[:-length], own)
        return "", self._without_lead(text, own)

    def _without_acts(self, text: str, own: tuple[str, ...]) -> str:
        """Return a text without further acts in front (改造 in 开工改造城中村)."""
        while True:
            text = self._without_lead(text, own)
            lengths = self._act_starts.get(text[:1], ())
            length = next((n for n in lengths if 1 < n < len(text) and text[:n] in self._acts), 0)
            if not length:
                return text
            text = text[length:]

    def acts_of(self, word: str) -> Sequence[str]:
        """Return the ids of the acts that a word may mean."""
        return self._acts[word]

    def nouns_at_end(self, text: str) -> list[str]:
        """Return the ids of the nouns that the longest noun at the end of a text means."""
        ending = self._ending_of(text)
        return [noun.id for noun in ending.nouns] if ending is not None else []

    def _ending_of(self, text: str) -> _Ending | None:
        """Return the longest noun that ends a text: a longer one means something else, even if nothing counts it."""
        for length in self._noun_ends.get(text[-1:], ()):
            nouns = self._nouns.get(text[-length:])
            if nouns is not None:
                return _Ending(nouns, text[:-length], text[-length:])
        return None

    def _acts_before(self, before: str, own: tuple[str, ...]) -> Iterator[tuple[Sequence[str], str]]:
        """Yield what was done by the start of the words before a noun, and the part that the rest names."""
        if not before:
            return
        for start in dict.fromkeys((before, self._without_lead(before, own))):
            for length in self._act_starts.get(start[:1], ()):
                if acts := self._acts.get(start[:length]):
                    yield acts, self._without_lead(start[length:], own)

    def _without_lead(self, text: str, own: tuple[str, ...]) -> str:
        """Return a text without the words in front that say only when, how surely or where it was counted."""
        while text and not text.startswith(self._begins_name):
            words = self._lead.get(text[0], ())
            length = max((len(word) for word in (*own, *words) if _begins(text, word)), default=0)
            if not length:
                break
            text = text[length:]
        return text

    def _of_ending(self, ending: _Ending, acts: Sequence[str], part: str) -> Iterator[Found]:
        for noun in ending.nouns:
            is_same = ending.word in self._same[noun.id] and not _AMOUNT_END.search(part)
            kind = part if is_same else part + ending.word
            if self._fits(part, noun):
                if kind in self._language.part_not_alone or (noun.parts == "named" and not kind):
                    continue  # 园区产值: of which park was not said here; 发放补贴: for what
                for act in acts:
                    if act in noun.indicators:
                        yield Found(noun.indicators[act], kind)

    def _fits(self, part: str, noun: HeadNoun) -> bool:
        """Return whether words name a part: they begin with no act, and none makes it mean something else."""
        if not part:
            return noun.parts != "needed"
        if noun.parts == "none" or _CUT.search(part) or any(word in part for word in noun.never):
            return False
        starts_with_act = any(part[:length] in self._acts for length in self._act_starts.get(part[0], ()) if length > 1)
        return not starts_with_act and self._language.is_part(part)


def _begins(text: str, word: str) -> bool:
    """Return whether a text begins with a word, and not with the name of another place that begins with it."""
    if not text.startswith(word):
        return False
    return len(word) == 1 or word[-1] in _LEVELS or text[len(word) : len(word) + 1] not in _PLACE_AFTER


def _lengths(words: Iterable[str], place: int) -> dict[str, list[int]]:
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[place], set()).add(len(word))
    return {sign: sorted(known, reverse=True) for sign, known in lengths.items()}
