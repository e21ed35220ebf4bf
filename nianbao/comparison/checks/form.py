"""Checks of nationally prescribed forms: sums, values carried over between years, and prose against tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nianbao.comparison.checks.result import CheckResult, format_number
from nianbao.comparison.intervals import Interval, interval_of
from nianbao.comparison.points import reporter_of
from nianbao.comparison.territory import territory_note
from nianbao.indicators.catalog import Catalog
from nianbao.indicators.types import BY_FORM, indicator_of
from schemas.finding import FAIL, INFO, NOT_ASSESSABLE, PASS, UNCERTAIN, WARNING, Side
from schemas.forms import Carry, Form, Stock, Sum
from schemas.rows import ObservationRow

# The numbers of one report's form by cell; the first one of a cell that is printed twice.
Filled = Mapping[str, ObservationRow]
# The relative error that a sum of amounts in 万元 may have, as a sum of floats.
_SLACK = 1e-6


def check_forms(rows: Iterable[ObservationRow], catalog: Catalog) -> list[CheckResult]:
    """Return the results of all checks of this module; `rows` are in the order of reports and of their texts."""
    reports: dict[str, tuple[dict[str, ObservationRow], list[ObservationRow]]] = {}
    for row in rows:
        if row["family"] in catalog.forms:
            filled, prose = reports.setdefault(row["report_id"], ({}, []))
            if row["match_method"] in BY_FORM:
                filled.setdefault(indicator_of(row), row)
            else:
                prose.append(row)
    results: list[CheckResult] = []
    series: dict[tuple[str, str, str], dict[int, Filled]] = {}
    for filled, prose in reports.values():
        any_row = next(iter(filled.values()), None)
        if any_row is None:
            continue
        form = catalog.forms[any_row["family"]]
        results += [result for rule in form.sums if (result := sum_of_cells(rule, filled, catalog)) is not None]
        results += prose_and_table(form, filled, prose, catalog)
        years = series.setdefault((any_row["family"], any_row["series_code"], any_row["body_id"]), {})
        years.setdefault(any_row["report_year"], filled)
    for (family, *_), years in series.items():
        reporters = {year: reporter_of(next(iter(filled.values()))) for year, filled in years.items()}
        for year, now in years.items():
            if year - 1 in years and territory_note(reporters, year) is None:
                results += _across_years(catalog.forms[family], years[year - 1], now, catalog)
    return results


def sum_of_cells(rule: Sum, filled: Filled, catalog: Catalog) -> CheckResult | None:
    """Check that cells add up to others; None where the whole or all parts have no number.

    While a part has no number, the sum can fail only if the other parts already exceed the whole. A row that one
    edition of the form splits is not counted together with its parts.
    """
    if not all(name in filled for name in rule.whole):
        return None
    parts = [filled[name] for name in rule.parts if name in filled and not _is_split(name, rule, filled)]
    if not parts:
        return None
    complete = all(name in filled or _is_replaced(name, rule, filled) for name in rule.parts)
    whole = [filled[name] for name in rule.whole]
    left, right = sum(row["value"] for row in whole), sum(row["value"] for row in parts)
    if abs(left - right) <= _SLACK * max(1.0, abs(left)) and complete:
        status = PASS
    elif complete or right > left:
        status = FAIL
    else:
        status = NOT_ASSESSABLE
    named = " + ".join(catalog[indicator_of(row)].name_zh for row in whole)
    return CheckResult(
        check="sum_of_cells",
        status=status,
        severity=WARNING if status == FAIL else INFO,
        row=whole[0],
        other=parts[0],
        left=Side(named, _sum_text(whole), left),
        right=Side(f"{catalog[indicator_of(parts[0])].name_zh} + …", _sum_text(parts), right),
        allowed=None,
        zh=f"{named}写作{format_number(left)}，各项相加得{format_number(right)}（{_sum_text(parts)}）",
        en=f"{format_number(left)} is stated ({named}), the cells that make it up add up to {format_number(right)}",
    )


def _is_split(name: str, rule: Sum, filled: Filled) -> bool:
    """Return whether the report has the cells that replace a cell in another edition."""
    return any(part in filled for part in rule.replaced.get(name, ()))


def _is_replaced(name: str, rule: Sum, filled: Filled) -> bool:
    """Return whether a cell is missing because the report follows another edition of the form."""
    if _is_split(name, rule, filled):
        return True
    return any(name in parts and whole in filled for whole, parts in rule.replaced.items())


def _sum_text(rows: Sequence[ObservationRow]) -> str:
    """Return the numbers as printed, joined by plus signs, without zeros."""
    quotes = [row["quote"] for row in rows if row["value"]]
    return " + ".join(quotes) if quotes else "0"


def prose_and_table(
    form: Form, filled: Filled, prose: Sequence[ObservationRow], catalog: Catalog
) -> Iterator[CheckResult]:
    """Yield the results of comparing counts in the prose with the cells of the same meaning.

    The prose may use the same words for something else (what a single office received), so a difference is uncertain.
    """
    for row in prose:
        name = form.prose.get(row["indicator_id"] or "")
        cell = filled.get(name) if name else None
        if cell is None or row["kind"] != "level" or row["modality"] != "actual":
            continue
        if row["period_start"] != row["report_year"] or row["period_end"] != row["report_year"]:
            continue
        agrees = interval_of(row).meets(Interval(cell["value"], cell["value"]))
        label = catalog[indicator_of(cell)].name_zh
        yield CheckResult(
            check="prose_beside_table",
            status=PASS if agrees else UNCERTAIN,
            severity=INFO,
            row=row,
            other=cell,
            left=Side(row["subject"], row["quote"], row["value"]),
            right=Side(label, cell["quote"], cell["value"]),
            allowed=None,
            zh=f"正文“{row['subject']}”写作{row['quote']}，表格“{label}”为{cell['quote']}",
            en=f"the prose says {row['quote']} ({row['subject']}), the table {cell['quote']} ({label})",
            indicator_id=cell["indicator_id"],
        )


def _across_years(form: Form, before: Filled, now: Filled, catalog: Catalog) -> Iterator[CheckResult]:
    """Yield the results of all checks between a report's form and that of the year before."""
    for carry in form.carries:
        if carry.earlier in before and carry.later in now:
            yield carried_over(carry, before, now, catalog)
    for stock in form.stocks:
        if stock.stock in before and all(name in now for name in (stock.stock, *stock.more, *stock.less)):
            yield stock_of_cells(stock, before, now, catalog)


def carried_over(rule: Carry, before: Filled, now: Filled, catalog: Catalog) -> CheckResult:
    """Check what a report says was carried over against what the previous report carried forward."""
    row, other = now[rule.later], before[rule.earlier]
    name, earlier = (catalog[cell_id].name_zh for cell_id in (rule.later, rule.earlier))
    status = PASS if row["value"] == other["value"] else FAIL
    return CheckResult(
        check="carried_over",
        status=status,
        severity=WARNING if status == FAIL else INFO,
        row=row,
        other=other,
        left=Side(f"{row['report_year']} {name}", row["quote"], row["value"]),
        right=Side(f"{other['report_year']} {earlier}", other["quote"], other["value"]),
        allowed=None,
        zh=f"{row['report_year']}年{name}为{row['quote']}，{other['report_year']}年{earlier}为{other['quote']}",
        en=f"{row['quote']} are carried into {row['report_year']}, the year before carried {other['quote']} on",
    )


def stock_of_cells(rule: Stock, before: Filled, now: Filled, catalog: Catalog) -> CheckResult:
    """Check a stock against that of the year before plus what came and minus what went.

    Items may also lapse by themselves, so a difference is uncertain.
    """
    row, base = now[rule.stock], before[rule.stock]
    more, less = ([now[name] for name in names] for names in (rule.more, rule.less))
    expected = base["value"] + sum(cell["value"] for cell in more) - sum(cell["value"] for cell in less)
    calculation = " ".join([base["quote"], *(f"+ {r['quote']}" for r in more), *(f"- {r['quote']}" for r in less)])
    name = catalog[rule.stock].name_zh
    return CheckResult(
        check="stock_of_cells",
        status=PASS if row["value"] == expected else UNCERTAIN,
        severity=INFO,
        row=row,
        other=base,
        left=Side(f"{row['report_year']} {name}", row["quote"], row["value"]),
        right=Side(f"{base['report_year']} {name}", calculation, expected),
        allowed=None,
        zh=f"{row['report_year']}年{name}写作{row['quote']}，由上年推算为{format_number(expected)}（{calculation}）",
        en=f"{row['quote']} is stated, the year before gives {format_number(expected)} ({calculation})",
    )
