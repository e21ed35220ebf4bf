"""Checks inside one sentence: a rate against its parts, a growth against its two levels, parts against their whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from nianbao.comparison.checks.result import INFO, WARNING, CheckResult, Side, format_number, side_of
from nianbao.comparison.intervals import FAIL, PASS, UNCERTAIN, Interval, growth, interval_of, quotient, truncated
from nianbao.indicators.catalog import Catalog
from schemas.rows import ObservationRow

# A rate further from its parts than this is a rate of something else.
_SAME_RATE = 1.5
_OF_A_WHOLE = re.compile(r"占([^占]+?)(?:的)?(?:比重|比例|比|份额)?$")
_LIST_ENDS = re.compile("[，；。]")
_OF_WHICH = "其中"
_OF_A_PART = re.compile(r"(.{2})率$")


def by_sentence(rows: Iterable[ObservationRow]) -> Iterator[list[ObservationRow]]:
    """The rows of `observations` sentence by sentence, as they stand in the order of reports and texts."""
    for _, group in groupby(rows, key=itemgetter("report_id", "sentence")):
        yield list(group)


def check_sentences(rows: Iterable[ObservationRow], catalog: Catalog) -> list[CheckResult]:
    """All answers of the checks of this module; sentences with one number have none."""
    seen: list[CheckResult] = []
    for sentence in by_sentence(rows):
        if len(sentence) > 1:
            kinds = {row["kind"] for row in sentence}
            if "share" in kinds:
                seen += rates_of_parts(sentence)
            if "change_pct" in kinds:
                seen += growths_of_levels(sentence, catalog)
            if _OF_WHICH in (sentence[0]["sentence"] or ""):
                seen += parts_of_wholes(sentence)
    return seen


def rates_of_parts(sentence: Sequence[ObservationRow]) -> list[CheckResult]:
    """Every rate that stands after its part and its whole: `新增100776宗，办结99705宗，办结率98.94%`.

    Holds where rounding lets part / whole be the rate; cut off instead of rounded (7811 / 7931 = 98.487, stated 98.4)
    is told as that; a rate that is not near any pair before it belongs to other numbers and is not judged.
    """
    seen = []
    for n, rate in enumerate(sentence):
        if rate["kind"] != "share" or rate["modality"] != "actual" or rate["qualifier"] != "exact":
            continue
        pairs = [pair for pair in _pairs(rate, sentence[:n]) if _is_rate_of(rate, *pair)]
        answers = [answer for part, whole in pairs if (answer := _rate(rate, part, whole)) is not None]
        holding = [answer for answer in answers if answer.status == PASS]
        seen += (holding or answers)[:1]
    return seen


def _pairs(rate: ObservationRow, before: Sequence[ObservationRow]) -> list[tuple[ObservationRow, ObservationRow]]:
    levels = [r for r in before if r["kind"] == "level" and r["modality"] == "actual" and r["qualifier"] == "exact"]
    parts = [r for r in levels if r["observation_id"] == rate["relates_to"]] or levels[-1:]
    return [
        (part, whole)
        for part in parts
        for whole in levels
        if whole is not part
        and whole["unit"] == part["unit"]
        and whole["char_start"] < part["char_start"]
        and 0 < part["value"] <= whole["value"]
        and part["period_end"] == whole["period_end"]
    ]


def _is_rate_of(rate: ObservationRow, part: ObservationRow, whole: ObservationRow) -> bool:
    """Whether the words say so: 办结率 of what is 办结, 占税收 of what is 税收."""
    subject = rate["subject"] or ""
    of_whole, of_part = _OF_A_WHOLE.search(subject), _OF_A_PART.search(subject)
    if of_whole:
        return of_whole.group(1)[-2:] in (whole["subject"] or "")
    if of_part:
        done, named = of_part.group(1), part["subject"] or ""
        return done in named or done[-1] in named
    return False


def _rate(rate: ObservationRow, part: ObservationRow, whole: ObservationRow) -> CheckResult | None:
    ratio = quotient(interval_of(part), interval_of(whole))
    if ratio is None:
        return None
    computed = ratio.times(100)
    exact = part["value"] / whole["value"] * 100
    if abs(exact - rate["value"]) > _SAME_RATE:
        return None
    if interval_of(rate).meets(computed):
        status, severity, zh, en = PASS, INFO, "相符", "agrees"
    elif truncated(rate["value"], rate["rounding"]).meets(computed):
        status, severity, zh, en = UNCERTAIN, INFO, "末位是截去而不是四舍五入", "was cut off, not rounded"
    else:
        status, severity, zh, en = FAIL, WARNING, "不相符", "does not agree"
    sum_zh = f"{part['quote']} ÷ {whole['quote']} = {format_number(exact)}%"
    return CheckResult(
        check="rate_of_parts",
        status=status,
        severity=severity,
        row=rate,
        other=part,
        left=side_of(rate),
        right=Side(f"{part['subject']} ÷ {whole['subject']}", f"{part['quote']} ÷ {whole['quote']}", exact),
        allowed=computed,
        zh=f"{rate['subject']}写作{rate['quote']}，而{sum_zh}：{zh}",
        en=f"{rate['quote']} is stated, {sum_zh}: the stated rate {en}",
    )


def growths_of_levels(sentence: Sequence[ObservationRow], catalog: Catalog) -> list[CheckResult]:
    """Every growth that stands with both its levels: `由22家增至29家，增长31.8%`, 年均增长 among them."""
    by_id = {row["observation_id"]: row for row in sentence}
    seen = []
    for stated in sentence:
        now = by_id.get(stated["relates_to"] or "")
        if stated["kind"] != "change_pct" or now is None or now["kind"] != "level" or stated["modality"] != "actual":
            continue
        base = _base(now, sentence)
        if base is not None and not _speaks_of_other_years(stated, base, now):
            answer = _growth(stated, base, now, catalog)
            seen += [answer] if answer else []
    return seen


def _base(now: ObservationRow, sentence: Sequence[ObservationRow]) -> ObservationRow | None:
    """The one level of the same thing and an earlier year that stands in the sentence before it."""
    earlier = [
        row
        for row in sentence
        if row["kind"] == "level"
        and row["subject"] == now["subject"]
        and row["unit"] == now["unit"]
        and row["char_start"] < now["char_start"]
        and row["period_end"] is not None
        and now["period_end"] is not None
        and row["period_end"] < now["period_end"]
    ]
    return earlier[0] if len(earlier) == 1 else None


def _speaks_of_other_years(stated: ObservationRow, base: ObservationRow, now: ObservationRow) -> bool:
    if stated["compared_with"] == "average":
        return False
    years = _years_between(base, now)
    return years != 1 and stated["compared_with"] in ("previous_year", "same_scope")


def _years_between(base: ObservationRow, now: ObservationRow) -> int:
    return (now["period_end"] or 0) - (base["period_end"] or 0)


def _growth(stated: ObservationRow, base: ObservationRow, now: ObservationRow, catalog: Catalog) -> CheckResult | None:
    computed = growth(interval_of(now), interval_of(base))
    if computed is None or base["value"] <= 0:
        return None
    exact = (now["value"] / base["value"] - 1) * 100
    if stated["compared_with"] == "average":
        years = _years_between(base, now)
        computed = Interval(*(_per_year(end, years) for end in (computed.low, computed.high)))
        exact = _per_year(exact, years)
    left = side_of(stated)
    printed = interval_of(stated)
    if stated["direction"] == "down":
        printed = Interval(-printed.high, -printed.low)
    worded = stated["rounding"] is None
    real = now["indicator_id"] is not None and catalog[now["indicator_id"]].growth == "real"
    if printed.meets(computed):
        status = PASS
    elif real or worded or stated["compared_with"] == "same_scope" or _qualifiers(stated, base, now) != {"exact"}:
        status = UNCERTAIN
    else:
        status = FAIL
    calculation = f"{base['quote']} → {now['quote']}: {format_number(exact)}%"
    return CheckResult(
        check="growth_of_levels",
        status=status,
        severity=INFO if status != FAIL else WARNING,
        row=stated,
        other=now,
        left=left,
        right=Side(f"{base['subject']}", f"{base['quote']} → {now['quote']}", exact),
        allowed=computed,
        zh=f"{stated['subject']}写作增减{format_number(left.value)}%，而{calculation}",
        en=f"a change of {format_number(left.value)}% is stated, the levels of the same sentence give {calculation}",
    )


def _per_year(percent: float, years: int) -> float:
    return float(max(0.0, 1 + percent / 100) ** (1 / years) - 1) * 100


def _qualifiers(*rows: ObservationRow) -> set[str]:
    return {row["qualifier"] for row in rows}


def parts_of_wholes(sentence: Sequence[ObservationRow]) -> list[CheckResult]:
    """Every part after 其中 that is larger than its whole; parts larger together may overlap and are uncertain.

    A part is known by its subject, which names the whole; else one that the list after 其中 names is held against the
    largest figure before it, of which it would have to be a part at the most.
    """
    seen: list[CheckResult] = []
    text = sentence[0]["sentence"] or ""
    if text.count(_OF_WHICH) != 1:
        return seen
    for n, whole in enumerate(sentence):
        if whole["kind"] != "level" or whole["modality"] != "actual":
            continue
        parts = [part for part in sentence[n + 1 :] if _is_part(part, whole)]
        if not parts or not _stands_between(text, whole, parts[0]):
            continue
        most = interval_of(whole).high
        larger = [part for part in parts if interval_of(part).low > most]
        for part in larger:
            seen.append(_too_large(part, part["value"], part["quote"], whole, FAIL))
        total = sum(part["value"] for part in parts)
        if not larger and len(parts) > 1 and sum(interval_of(part).low for part in parts) > most:
            quotes = " + ".join(part["quote"] for part in parts)
            seen.append(_too_large(parts[0], total, quotes, whole, UNCERTAIN))
    judged = {answer.row["observation_id"] for answer in seen}
    seen += [answer for answer in _listed_parts(sentence, text) if answer.row["observation_id"] not in judged]
    return seen


def _listed_parts(sentence: Sequence[ObservationRow], text: str) -> list[CheckResult]:
    """Those of the list right after 其中 that are larger than all that stands before it in the same unit."""
    begins = sentence[0]["char_start"] - text.find(sentence[0]["quote"])
    at = text.find(_OF_WHICH)
    levels = [row for row in sentence if row["kind"] == "level" and row["modality"] == "actual"]
    before = [row for row in levels if row["char_end"] - begins <= at]
    seen = []
    for part in levels:
        start = part["char_start"] - begins
        if start < at or _LIST_ENDS.search(text, at, start):
            continue
        wholes = [row for row in before if (row["unit"], row["period_end"]) == (part["unit"], part["period_end"])]
        whole = max(wholes, key=lambda row: interval_of(row).high, default=None)
        if whole is not None and interval_of(part).low > interval_of(whole).high:
            seen.append(_too_large(part, part["value"], part["quote"], whole, FAIL))
    return seen


def _is_part(part: ObservationRow, whole: ObservationRow) -> bool:
    return (
        part["kind"] == "level"
        and part["unit"] == whole["unit"]
        and part["modality"] == whole["modality"]
        and part["period_end"] == whole["period_end"]
        and part["subject"] != whole["subject"]
        and (part["subject"] or "").startswith(whole["subject"] or "\n")
    )


def _stands_between(text: str, whole: ObservationRow, part: ObservationRow) -> bool:
    start = text.find(whole["quote"])
    end = text.find(part["quote"], start + 1)
    return 0 <= start < text.find(_OF_WHICH) < end


def _too_large(part: ObservationRow, value: float, quotes: str, whole: ObservationRow, status: str) -> CheckResult:
    return CheckResult(
        check="parts_of_whole",
        status=status,
        severity=WARNING if status == FAIL else INFO,
        row=part,
        other=whole,
        left=Side(part["subject"], quotes, value),
        right=side_of(whole),
        allowed=interval_of(whole),
        zh=f"其中部分（{quotes}）大于整体（{whole['quote']}）",
        en=f"the parts ({quotes}) are larger than their whole ({whole['quote']})",
    )
