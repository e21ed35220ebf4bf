"""Checks within one sentence: a rate and its parts, a growth and its two levels, parts and their whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, takewhile
from operator import itemgetter

from nianbao.comparison.checks.result import CheckResult, format_number, side_of
from nianbao.comparison.intervals import Interval, growth, interval_of, quotient, truncated
from nianbao.indicators.catalog import Catalog
from nianbao.indicators.subject import lead_of
from schemas.finding import FAIL, INFO, PASS, UNCERTAIN, WARNING, Side
from schemas.rows import ObservationRow

# A rate that differs from the ratio of its parts by more points than this is a rate of something else.
_SAME_RATE = 1.5
_OF_A_WHOLE = re.compile(r"占([^占]+?)(?:的)?(?:比重|比例|比|份额)?$")
_PART, _LEAST_SURE = "part", "C"
_OF_A_PART = re.compile(r"(.{2})率$")
# 年均超收2040亿元: one year may be more than the average of several.
_AVERAGE = re.compile(r"(?:年均|平均|每年)[^，。；、0-9]{0,6}$")


def by_sentence(rows: Iterable[ObservationRow]) -> Iterator[list[ObservationRow]]:
    """Yield the rows of each sentence; `rows` are in the order of reports and of their texts."""
    for _, group in groupby(rows, key=itemgetter("report_id", "sentence")):
        yield list(group)


def check_sentences(rows: Iterable[ObservationRow], catalog: Catalog) -> list[CheckResult]:
    """Return the results of all checks of this module."""
    results: list[CheckResult] = []
    for sentence in by_sentence(rows):
        if len(sentence) > 1:
            kinds = {row["kind"] for row in sentence}
            if "share" in kinds:
                results += rates_of_parts(sentence)
            if "change_pct" in kinds:
                results += growths_of_levels(sentence, catalog)
            if any(row["stated_as"] == _PART for row in sentence):
                results += parts_of_wholes(sentence)
    return results


def rates_of_parts(sentence: Sequence[ObservationRow]) -> list[CheckResult]:
    """Check every rate that follows its part and its whole: `新增100776宗，办结99705宗，办结率98.94%`.

    A rate passes if rounding lets it be part / whole. A truncated rate (7811 / 7931 = 98.487, stated 98.4) is
    uncertain. A rate that is near no pair before it belongs to other numbers and gets no result.
    """
    results = []
    for n, rate in enumerate(sentence):
        if rate["kind"] != "share" or rate["modality"] != "actual" or rate["qualifier"] != "exact":
            continue
        pairs = [pair for pair in _pairs(rate, sentence[:n]) if _is_rate_of(rate, *pair)]
        candidates = [result for part, whole in pairs if (result := _rate(rate, part, whole)) is not None]
        passes = [result for result in candidates if result.status == PASS]
        results += (passes or candidates)[:1]
    return results


def _pairs(rate: ObservationRow, before: Sequence[ObservationRow]) -> list[tuple[ObservationRow, ObservationRow]]:
    """Return the (part, whole) pairs before a rate that may be their ratio."""
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
    """Return whether the words allow it: 办结率 is of what was 办结, 占税收 is of 税收."""
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
    """Check every growth stated with both its levels: `由22家增至29家，增长31.8%`, also 年均增长."""
    by_id = {row["observation_id"]: row for row in sentence}
    results: list[CheckResult] = []
    for stated in sentence:
        now = by_id.get(stated["relates_to"] or "")
        if stated["kind"] != "change_pct" or now is None or now["kind"] != "level" or stated["modality"] != "actual":
            continue
        base = _base(now, sentence)
        if base is not None and not _is_of_other_years(stated, base, now):
            result = _growth(stated, base, now, catalog)
            results += [result] if result else []
    # Of several growths of one level (增长64.8%，…高出四倍多) one may agree; then the others are of something else.
    agrees = {result.row["relates_to"] for result in results if result.status == PASS}
    return [result for result in results if result.status == PASS or result.row["relates_to"] not in agrees]


def _base(now: ObservationRow, sentence: Sequence[ObservationRow]) -> ObservationRow | None:
    """Return the only level of the same subject and an earlier year before `now` in the sentence, if there is one."""
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


def _is_of_other_years(stated: ObservationRow, base: ObservationRow, now: ObservationRow) -> bool:
    if stated["compared_with"] == "average":
        return False
    if stated["base_end"] is not None and stated["base_end"] != base["period_end"]:
        return True
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
    printed, change = interval_of(stated), float(stated["value"])
    if stated["direction"] == "down":
        printed, change = Interval(-printed.high, -printed.low), -change
    worded = stated["rounding"] is None
    undated = stated["compared_with"] == "average" and base["stated_as"] == "start" and base["base_start"] is None
    real = now["indicator_id"] is not None and catalog[now["indicator_id"]].growth == "real"
    if printed.meets(computed):
        status = PASS
    elif real:
        return None  # stated at comparable prices, while the levels are at those of each year
    elif undated or worded or stated["compared_with"] == "same_scope" or _qualifiers(stated, base, now) != {"exact"}:
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
        left=side_of(stated),
        right=Side(f"{base['subject']}", f"{base['quote']} → {now['quote']}", exact),
        allowed=computed,
        zh=f"{stated['subject']}写作增减{format_number(change)}%，而{calculation}",
        en=f"a change of {format_number(change)}% is stated, the levels of the same sentence give {calculation}",
    )


def _per_year(percent: float, years: int) -> float:
    return float(max(0.0, 1 + percent / 100) ** (1 / years) - 1) * 100


def _qualifiers(*rows: ObservationRow) -> set[str]:
    return {row["qualifier"] for row in rows}


def parts_of_wholes(sentence: Sequence[ObservationRow]) -> list[CheckResult]:
    """Check each part (`stated_as` is `part`) against its whole; parts that together exceed it may overlap: uncertain.

    The whole is the largest figure of its unit and years before the part, since a part can be of nothing larger. A list
    of parts goes on with figures of the same unit while their subjects begin with that of the whole.
    """
    levels = [row for row in sentence if row["kind"] == "level" and row["modality"] == "actual"]
    results: list[CheckResult] = []
    for n, first in enumerate(levels):
        if first["stated_as"] != _PART:
            continue
        # 其余9项 after 其中2项 is beside that part, and not a part of it.
        before = [row for row in levels[:n] if row["stated_as"] != _PART and not _AVERAGE.search(lead_of(row))]
        wholes = [row for row in before if row["unit"] == first["unit"] and _same_years(row, first)]
        whole = max(wholes, key=lambda row: interval_of(row).high, default=None)
        if whole is None or _LEAST_SURE in (whole["grade"], first["grade"]):
            continue
        parts = [first, *takewhile(partial(_goes_on, first, whole), levels[n + 1 :])]
        most = interval_of(whole).high
        larger = [part for part in parts if interval_of(part).low > most]
        results += [_too_large(part, part["value"], part["quote"], whole, FAIL) for part in larger]
        if not larger and len(parts) > 1 and sum(interval_of(part).low for part in parts) > most:
            quotes = " + ".join(part["quote"] for part in parts)
            results.append(_too_large(first, sum(part["value"] for part in parts), quotes, whole, UNCERTAIN))
    return results


def _goes_on(first: ObservationRow, whole: ObservationRow, row: ObservationRow) -> bool:
    """Return whether a figure continues a list of parts."""
    same = row["unit"] == first["unit"] and _same_years(row, first) and row["stated_as"] in (None, _PART)
    return same and (row["subject"] or "").startswith(whole["subject"] or "\n") and row["subject"] != whole["subject"]


def _same_years(first: ObservationRow, second: ObservationRow) -> bool:
    return (first["period_start"], first["period_end"]) == (second["period_start"], second["period_end"])


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
