"""Write a report: a government's figures of one year as text, with the truth about every number.

A slot of a template prints a measure in one of these forms:

    {m}          the figure                     {m:prev}        the figure of the previous year
    {m:growth}   增长7.2% (the verb by its sign) {m:diff}        增加45件: the difference from the previous year
    {m:pp}       提高1.2个百分点                  {m:aim}         a target for the next year; `aim_growth`: of growth
    {m:more}     1200余件                        {m:over}        1200件, after 超 or 突破 in the sentence
    {m:near}     1300件, after 近                 {m:each}        in 分别增长7.2%、5.1%: the verb where it changes
    {m:times}    1.2倍, after 是上年的
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from random import Random

from tests.synthetic.generator.measures import Language, Measure, Print, load_language
from tests.synthetic.generator.plan import GovernmentPlan, can_hold
from tests.synthetic.generator.truth import GeneratedReport, Mention

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_UP = ("增长", "同比增长", "比上年增长", "较上年增长", "增长")
_DOWN = ("下降", "同比下降", "比上年下降", "较上年下降")
_UP_BY = ("增加", "增加")
_DOWN_BY = ("减少", "减少")
_PP_UP = ("提高", "比上年提高", "较上年提升", "上升")
_PP_DOWN = ("下降", "比上年下降", "较上年回落")
_CN = "零一二三四五六七八九十"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Style:
    """The length of a report and its digits.

    Attributes:
        name: Name of the style.
        share: Share of the topics that the report covers.
        sentences: Minimum and maximum number of filler sentences per section.
        aims: Number of targets.
        wide: Share of numbers in full-width digits.
    """

    name: str
    share: float
    sentences: tuple[int, int]
    aims: int
    wide: float = 0.0


SMALL = Style("small", 0.34, (0, 1), 3)
STYLES: dict[str, dict[str, Style]] = {
    "full": {
        "rule_of_law": Style("full", 0.45, (9, 13), 4),
        "work_report": Style("full", 1.0, (26, 34), 11),
    },
    "small": {"rule_of_law": SMALL, "work_report": replace(SMALL, share=0.25)},
}


def write_report(plan: GovernmentPlan, year: int, style: str = "full", *, wide: float = 0.0) -> GeneratedReport:
    """Return the report of a plan's government on a year; the same arguments give the same text."""
    writer = _ReportWriter(plan, year, replace(STYLES[style][plan.family], wide=wide))
    return writer.write()


class _ReportWriter:
    """Writes one report."""

    def __init__(self, plan: GovernmentPlan, year: int, style: Style) -> None:
        self.plan, self.year, self.style = plan, year, style
        self.random = Random(f"{plan.seed}/{year}/{style.name}")
        self.typist = Random(f"{plan.seed}/{year}")
        self.language: Language = load_language(plan.family)
        self.parts: list[str] = []
        self.length = 0
        self.mentions: list[Mention] = []
        self.prints: dict[str, int] = {}
        name = plan.government.name
        self.names = {
            "gov": name,
            "year": str(year),
            "next": str(year + 1),
            "before": str(year - 1),
            "area": name[-1],
            "area_gov": f"全{name[-1]}",
            "area_hall": "政务服务",
            "short": name[0],
        }
        self.must = plan.must_state(year)

    def write(self) -> GeneratedReport:
        """Write the whole report."""
        prose, random = self.language.prose, self.random
        title = random.choice(self.language.titles)
        self.line(title)
        number = None
        if self.plan.family == "rule_of_law":
            number = f"{self.names['short']}府〔{self.year + 1}〕{random.randint(1, 60)}号"
            self.line(number)
        else:
            session = f"第{_CN[random.randint(2, 9)]}届人民代表大会第{_CN[random.randint(2, 5)]}次会议"
            self.line(f"——{self.year + 1}年1月{random.randint(5, 28)}日在{{gov}}{session}上")
        self.line(self.language.notice)
        if self.plan.family == "work_report":
            self.line("各位代表：")
        self.line(random.choice(prose["intro"]))
        self.line(random.choice(prose["review"]))
        if "opening" in prose:
            self.line(random.choice(prose["opening"]))
        self.review()
        self.line(random.choice(prose["problems"]))
        for sentence in random.sample(prose.get("problem_lines", []), len(prose.get("problem_lines", []))):
            self.line(sentence)
        self.line(random.choice(prose["plan"]))
        self.look_ahead()
        close = random.choice(prose["close"])
        if close:
            self.line(close)
        if self.plan.family == "rule_of_law":
            self.line("{gov}人民政府")
            self.line(f"{self.year + 1}年{random.randint(1, 3)}月{random.randint(1, 28)}日")
        return GeneratedReport(
            "".join(self.parts).rstrip("\n"),
            tuple(self.mentions),
            self.plan.government,
            self.plan.family,
            self.year,
            _choose(title, Random(0)).format(**self.names),
            number,
        )

    def review(self) -> None:
        """Write the review: section by section, topics mixed with filler sentences."""
        sections: dict[int, list[str]] = {}
        for topic in self.language.topics:
            if topic.name in self.must:
                check, measure = self.must[topic.name]
                fitting = [t for t in topic.templates if can_hold(self.plan.family, t, check, measure)]
                sections.setdefault(topic.section, []).append(self.random.choice(fitting))
            elif self.random.random() < self.style.share:
                sections.setdefault(topic.section, []).append(self.random.choice(topic.templates))
        prose = self.language.prose
        fillers = _Deck(self.random, prose["filler"])
        traps = _Deck(self.random, prose["traps"])
        numbered = self.random.random() < 0.5
        for ordinal, place in enumerate(sorted(sections), 1):
            heading = self.choose(self.language.headings[place])
            self.line(f"（{_CN[ordinal]}）{heading}" + ("" if numbered else "。"))
            sentences = [*sections[place], *(fillers.draw() for _ in range(self.random.randint(*self.style.sentences)))]
            if self.random.random() < 0.4:
                sentences.append(traps.draw())
            self.random.shuffle(sentences)
            self.paragraphs(sentences)
        again = [template for name, all_of in self.language.again.items() for template in all_of if self.states(name)]
        planted = [t for t in again if self.plan.planted("printed_twice", self.year, _SLOT.findall(t)[0][0])]
        if planted or (again and self.random.random() < 0.4):
            self.line((planted or again)[0], again=True)

    def states(self, name: str) -> bool:
        """Return whether the report has stated the exact figure of a measure."""
        return any(
            mention.measure == name
            and mention.qualifier == "exact"
            and mention.kind == "level"
            and mention.period == self.year
            for mention in self.mentions
        )

    def look_ahead(self) -> None:
        """Write the plan for the next year: targets, then filler sentences."""
        prose, random = self.language.prose, self.random
        next_plants = [plant for plant in self.plan.plants if plant.year == self.year + 1]
        must = {plant.measure for plant in next_plants if plant.check == "target_missed"}
        headline = {name for name, measure in self.language.measures.items() if measure.headline}
        # A figure that loses its 万 next year would miss any target.
        lost = {plant.measure for plant in next_plants if plant.check == "lost_magnitude"}
        names = {aim: _SLOT.findall(aim)[0][0] for aim in self.language.aims}
        open_aims = [aim for aim, name in names.items() if self.year + 1 in self.plan.aims[name] and name not in lost]
        first = [aim for aim in open_aims if _SLOT.findall(aim)[0][0] in must]
        rest = [aim for aim in open_aims if aim not in first and _SLOT.findall(aim)[0][0] in headline]
        rest += random.sample(others := [aim for aim in open_aims if aim not in first + rest], len(others))
        chosen = (first + rest)[: max(len(first), self.style.aims)]
        chosen = [aim for aim in open_aims if aim in chosen]
        lead = random.choice(prose["aims_lead"])
        if chosen:
            self.line(lead + "；".join(chosen) + "。", modality="target")
        fillers = _Deck(random, prose.get("plan_lines", prose["filler"]))
        for _ in range(max(1, self.style.sentences[0] // 4)):
            self.line(fillers.draw(), modality="target")

    def paragraphs(self, sentences: list[str]) -> None:
        """Write sentences in paragraphs of up to four."""
        start = 0
        while start < len(sentences):
            n = self.random.randint(1, 4)
            self.line("".join(sentences[start : start + n]))
            start += n

    def line(self, template: str, *, modality: str = "actual", again: bool = False) -> None:
        """Write one paragraph."""
        self.fill(self.choose(template), modality, again)
        self.put("\n")

    def choose(self, template: str) -> str:
        """Return a template with one alternative of each [a|b]."""
        return _choose(template, self.random)

    def put(self, text: str) -> None:
        """Append text without a number."""
        self.parts.append(text)
        self.length += len(text)

    def fill(self, template: str, modality: str, again: bool) -> None:
        """Append a template slot by slot, then relate changes to levels sentence by sentence."""
        first, sentences = len(self.mentions), [self.length]
        for part in _split_template(template):
            if isinstance(part, str):
                sentences += [self.length + n + 1 for n, char in enumerate(part) if char == "。"]
                self.put(part)
            elif part[0] in self.names:
                self.put(self.names[part[0]])
            elif part[0] == "n":
                self.put(str(self.random.randint(1, 60)))
            elif part[0] in self.language.worded:
                self.worded(part[0], modality)
            else:
                self.slot(self.language.measures[part[0]], part[1] or "level", again)
        sentences.append(self.length + 1)
        for start, end in pairwise(sentences):
            inside = [n for n in range(first, len(self.mentions)) if start <= self.mentions[n].start < end]
            for n in inside:
                mention = self.mentions[n]
                level = _belongs_to(mention, [self.mentions[m] for m in inside], self.language.measures)
                if level is not None:
                    self.mentions[n] = replace(mention, relates_to=level.start, relates_open=False)

    def worded(self, name: str, modality: str) -> None:
        """Append a number that is written out in the data."""
        fields = dict(self.language.worded[name])
        period = self.year + (modality == "target")
        self.mark(fields.pop("quote"), Mention.of(name, fields, modality, period))

    def slot(self, measure: Measure, form: str, again: bool) -> None:
        """Append a figure in one of the forms."""
        plan, year, name = self.plan, self.year, measure.name
        values = plan.values[name]
        if form in ("aim", "aim_growth"):
            self.aim(measure, form)
            return
        if measure.kind == "rank":
            place = round(values[year])
            about = {"value": float(place), "unit": "", "kind": "rank", "rounding": None}
            self.mark(f"全省第{_CN[place] if place <= 10 else '十' + _CN[place - 10]}", self.mention(measure, about))
            return
        printed = self.print_of(measure)
        if form in ("growth", "each"):
            self.change(measure, self.growth(measure), each=form == "each")
            return
        if form == "times":
            digits = f"{values[year] / values[year - 1]:.1f}"
            about = {"value": float(digits), "unit": "倍", "rounding": 0.1, "kind": "ratio"}
            self.mark(f"{digits}倍", self.mention(measure, about))
            return
        if form == "diff":
            step = values[year] - values[year - 1]
            digits = printed.digits(abs(step))
            if not float(digits):
                self.put("持平")
                return
            self.put(self.random.choice(_UP_BY if step > 0 else _DOWN_BY))
            about = self.amount(printed, digits) | {"kind": "change_abs", "direction": "up" if step > 0 else "down"}
            self.mark(digits + printed.multiplier + printed.unit, self.mention(measure, about))
            return
        if form == "pp":
            now, before = (float(printed.digits(values[n])) for n in (year, year - 1))
            digits = f"{abs(now - before):.{printed.decimals}f}"
            if not float(digits):
                self.put("与上年持平")
                return
            up = now > before
            self.put(self.random.choice(_PP_UP if up else _PP_DOWN))
            about = {"value": float(digits), "unit": "个百分点", "rounding": 10.0**-printed.decimals}
            about |= {"kind": "change_pp", "direction": "up" if up else "down"}
            self.mark(f"{digits}个百分点", self.mention(measure, about))
            return
        self.level(measure, form, printed, again)

    def level(self, measure: Measure, form: str, printed: Print, again: bool) -> None:
        """Append a level or a share, exactly or as a bound."""
        year = self.year - (form == "prev")
        value = self.stated(measure, form, again)
        digits, multiplier = printed.digits(value), printed.multiplier
        quote = f"{digits}{multiplier}{printed.unit}"
        qualifier, rounding = "exact", printed.step
        if form in ("more", "over", "near"):
            digits = _bound(value, up=form == "near")
            printed = Print(len(digits.partition(".")[2]), "万" if value >= 10_000 else "", printed.unit)
            if printed.multiplier:
                digits = _bound(value / 10_000, up=form == "near")
                printed = replace(printed, decimals=len(digits.partition(".")[2]))
            quote = f"{digits}{printed.multiplier}{printed.unit}"
            if form == "more":
                quote = f"{digits}{printed.multiplier}余{printed.unit}"
            qualifier, rounding = ("less_than" if form == "near" else "more_than"), printed.step
        elif form == "level" and self.plan.planted("lost_magnitude", self.year, measure.name):
            quote = f"{digits}{printed.unit}"
            printed = replace(printed, multiplier="")
            rounding = printed.step
        about = self.amount(printed, digits) | {"qualifier": qualifier, "rounding": rounding}
        if measure.kind == "share":
            about["kind"] = "share"
        if measure.kind == "change":
            about |= {"kind": "change_pct", "direction": "down" if measure.falls else "up"}
        self.mark(quote, replace(self.mention(measure, about), period=year))

    def stated(self, measure: Measure, form: str, again: bool) -> float:
        """Return the value that the report states: the true value, or a planted error."""
        plan, name = self.plan, measure.name
        value = plan.values[name][self.year - (form == "prev")]
        if form == "level" and plan.planted("rate_of_parts", self.year, name):
            return value + self.slip(name).choice((-0.9, 0.8, 1.1))
        if form == "level" and plan.planted("parts_of_whole", self.year, name):
            whole = measure.part_of
            while whole is not None:  # also more than the whole of its whole, which may be in the sentence
                value = plan.values[whole][self.year]
                whole = self.language.measures[whole].part_of
            return value * self.slip(name).uniform(1.15, 1.6)
        slips = (again and plan.planted("printed_twice", self.year, name)) or (
            form == "prev" and plan.planted("restatement", self.year, name)
        )
        return value * self.slip(name).choice((0.94, 0.95, 1.05, 1.06)) if slips else value

    def slip(self, name: str) -> Random:
        """Return the generator of a planted error, the same wherever the report repeats it."""
        return Random(f"{self.plan.seed}/{self.year}/{name}")

    def growth(self, measure: Measure) -> float:
        """Return the growth that the report states."""
        growth = self.plan.growths[measure.name][self.year]
        if self.plan.planted("growth_of_levels", self.year, measure.name):
            return round(growth + self.slip(measure.name).choice((-3.6, 2.9, 4.7)), 1)
        if self.plan.planted("restatement", self.year, measure.name):
            # Computed from the restated base, so that the sentence is consistent.
            base = self.stated(measure, "prev", again=False)
            return round((self.plan.values[measure.name][self.year] / base - 1) * 100, 1)
        return growth

    def change(self, measure: Measure, growth: float, *, each: bool) -> None:
        """Append 增长7.2%; in a list, only the first change and those in the other direction have a verb."""
        if not growth:
            self.put("与上年持平")
            return
        words = (_UP if growth > 0 else _DOWN)[0 if each else slice(None)]
        direction = "up" if growth > 0 else "down"
        follows = each and self.parts[-1] == "、" and self.mentions[-1].direction == direction
        if not follows:
            self.put(words if isinstance(words, str) else self.random.choice(words))
        about = {"value": abs(growth), "unit": "%", "rounding": 0.1, "kind": "change_pct", "direction": direction}
        self.mark(f"{abs(growth):.1f}%", self.mention(measure, about))

    def aim(self, measure: Measure, form: str) -> None:
        """Append a target."""
        aim = self.plan.aims[measure.name][self.year + 1]
        unit = "%" if form == "aim_growth" or measure.kind == "share" else measure.prints[0].unit
        about: dict[str, object] = {"value": aim.value, "value_high": aim.high, "unit": unit}
        about |= {"rounding": aim.rounding, "qualifier": aim.qualifier}
        about["kind"] = "change_pct" if form == "aim_growth" else measure.kind
        if form == "aim_growth":
            about["direction"] = "up"
        self.mark(aim.text, replace(self.mention(measure, about), modality="target", period=self.year + 1))

    def amount(self, printed: Print, digits: str) -> dict[str, object]:
        """Return the fields of a printed number."""
        return {"value": printed.value(digits), "unit": printed.unit, "rounding": printed.step}

    def mention(self, measure: Measure, about: Mapping[str, object]) -> Mention:
        """Return the mention of a figure of this year, without offsets."""
        fields = {"keys": measure.keys, "indicator": measure.indicator, **about}
        return Mention.of(measure.name, fields, "actual", self.year)

    def mark(self, quote: str, mention: Mention) -> None:
        """Append a number and record its mention."""
        if self.style.wide and self.typist.random() < self.style.wide:
            quote = quote.translate(_WIDE) if "." not in quote else quote
        self.mentions.append(replace(mention, start=self.length, end=self.length + len(quote), quote=quote))
        self.put(quote)

    def print_of(self, measure: Measure) -> Print:
        """Return the printed form of a measure in this report; a part is printed like its whole."""
        if self.plan.planted("lost_magnitude", self.year, measure.name):
            return measure.prints[-1]
        if measure.like not in self.prints:
            self.prints[measure.like] = self.random.randrange(100)
        value = self.plan.values[measure.name][self.year]
        fitting = [printed for printed in measure.prints if not printed.multiplier or value >= printed.step * 100]
        fitting = fitting or list(measure.prints[:1])
        return fitting[self.prints[measure.like] % len(fitting)]


class _Deck:
    """A shuffled deck of sentences: none repeats before all were dealt, nor in the same words."""

    def __init__(self, random: Random, cards: list[str]) -> None:
        self.random, self.cards = random, cards
        self.left: list[str] = []
        self.dealt: set[str] = set()

    def draw(self) -> str:
        """Return the next sentence with its choices made; a small deck repeats wordings when all were used."""
        for _ in range(6 * len(self.cards)):
            if not self.left:
                self.left = self.random.sample(self.cards, len(self.cards))
            sentence = _choose(self.left.pop(), self.random)
            if sentence not in self.dealt:
                break
        self.dealt.add(sentence)
        return sentence


def _choose(template: str, random: Random) -> str:
    while "[" in template:
        template = _CHOICE.sub(lambda match: random.choice(match[1].split("|")), template)
    return template


@lru_cache(maxsize=20_000)
def _split_template(template: str) -> tuple[str | tuple[str, str], ...]:
    """Split a template into text and slots (name, form)."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in _SLOT.finditer(template):
        if match.start() > end:
            parts.append(template[end : match.start()])
        parts.append((match[1], match[2] or ""))
        end = match.end()
    if end < len(template):
        parts.append(template[end:])
    return tuple(parts)


def _belongs_to(mention: Mention, sentence: list[Mention], measures: Mapping[str, Measure]) -> Mention | None:
    """Return the level in the same sentence that a change or a rate relates to."""
    if mention.modality == "target" or mention.measure not in measures:
        return None
    if (mention.kind.startswith("change") or mention.kind == "ratio") and measures[mention.measure].kind != "change":
        wanted = mention.measure
    elif mention.kind == "share" and (of := measures[mention.measure].of):
        wanted = of[0]
    else:
        return None
    for other in sentence:
        if (
            other.measure == wanted
            and other.period == mention.period
            and other.kind in ("level", "share")
            and other.modality == "actual"
        ):
            return other
    return None


def _bound(value: float, *, up: bool) -> str:
    """Return a value with two significant digits, rounded down or up: 1200 for 1234.

    >>> _bound(1234, up=False), _bound(1234, up=True), _bound(3.91, up=False)
    ('1200', '1300', '3.9')
    """
    power = 1.0
    while value / power >= 100:
        power *= 10
    while value / power < 10:
        power /= 10
    digits = int(value / power) + up
    whole = digits * power
    return f"{whole:.0f}" if power >= 1 else f"{whole:.1f}"
