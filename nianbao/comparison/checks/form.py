"""Checks of a form that is set nationally: its sums, what one year hands on to the next, and the prose beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nianbao.comparison.checks.result import INFO, WARNING, CheckResult, Side, format_number
from nianbao.comparison.intervals import FAIL, NOT_ASSESSABLE, PASS, UNCERTAIN, Interval, interval_of
from nianbao.indicators.catalog import Catalog
from nianbao.indicators.types import BY_FORM, indicator_of
from schemas.forms import Carry, Form, Stock, Sum
from schemas.rows import ObservationRow

# The numbers of one report's form by cell; of a cell that is printed twice the first.
Filled = Mapping[str, ObservationRow]
# Digits that a sum of amounts in 万元 may be off by when it is added as floats.
_SLACK = 1e-6


def check_forms(rows: Iterable[ObservationRow], catalog: Catalog) -> list[CheckResult]:
    """All answers of the checks of this module; `rows` stand in the order of reports and of their texts."""
    reports: dict[str, tuple[dict[str, ObservationRow], list[ObservationRow]]] = {}
    for row in rows:
        if row["family"] in catalog.forms:
            filled, prose = reports.setdefault(row["report_id"], ({}, []))
            if row["match_method"] in BY_FORM:
                filled.setdefault(indicator_of(row), row)
            else:
                prose.append(row)
    seen: list[CheckResult] = []
    of_years: dict[tuple[str, str, int], Filled] = {}
    for filled, prose in reports.values():
        any_row = next(iter(filled.values()), None)
        if any_row is None:
            continue
        form = catalog.forms[any_row["family"]]
        key = (any_row["family"], any_row["jurisdiction_code"], any_row["report_year"])
        first_of_year = key not in of_years
        of_years.setdefault(key, filled)
        seen += [answer for rule in form.sums if (answer := sum_of_cells(rule, filled, catalog)) is not None]
        seen += prose_beside_table(form, filled, prose, catalog)
        before = of_years.get((*key[:2], key[2] - 1))
        if before is not None and first_of_year:
            seen += _handed_on(form, before, filled, catalog)
    return seen


def sum_of_cells(rule: Sum, filled: Filled, catalog: Catalog) -> CheckResult | None:
    """Cells that must add up to others. Where one holds no number only parts that are too large already are told.

    A row that an edition of the form prints as several is left out beside these, and they beside it.
    """
    if not all(name in filled for name in rule.whole):
        return None
    parts = [filled[name] for name in rule.parts if name in filled and not _stands_in(name, rule, filled)]
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
        left=Side(named, _added(whole), left),
        right=Side(f"{catalog[indicator_of(parts[0])].name_zh} + …", _added(parts), right),
        allowed=None,
        zh=f"{named}写作{format_number(left)}，各项相加得{format_number(right)}（{_added(parts)}）",
        en=f"{format_number(left)} is stated ({named}), the cells that make it up add up to {format_number(right)}",
    )


def _stands_in(name: str, rule: Sum, filled: Filled) -> bool:
    """Whether a cell is printed as a sum over those that stand for it in another edition."""
    return any(part in filled for part in rule.replaced.get(name, ()))


def _is_replaced(name: str, rule: Sum, filled: Filled) -> bool:
    """Whether a cell is missing because the report has it as another edition of the form prints it."""
    if _stands_in(name, rule, filled):
        return True
    return any(name in parts and whole in filled for whole, parts in rule.replaced.items())


def _added(rows: Sequence[ObservationRow]) -> str:
    """The numbers that are added, without those that are 0 beside others."""
    quotes = [row["quote"] for row in rows if row["value"]]
    return " + ".join(quotes) if quotes else "0"


def prose_beside_table(
    form: Form, filled: Filled, prose: Sequence[ObservationRow], catalog: Catalog
) -> Iterator[CheckResult]:
    """What the prose counts beside the cell that tells the same.

    The prose may count another thing in the same words (what one office received), so a difference is `uncertain`.
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


def _handed_on(form: Form, before: Filled, now: Filled, catalog: Catalog) -> Iterator[CheckResult]:
    for carry in form.carries:
        if carry.earlier in before and carry.later in now:
            yield carried_over(carry, before, now, catalog)
    for stock in form.stocks:
        if stock.stock in before and all(name in now for name in (stock.stock, *stock.more, *stock.less)):
            yield stock_of_cells(stock, before, now, catalog)


def carried_over(rule: Carry, before: Filled, now: Filled, catalog: Catalog) -> CheckResult:
    """What a report says it carried over from the year before, beside what the report of that year carried on."""
    row, other = now[rule.later], before[rule.earlier]
    name, earlier = (catalog[each].name_zh for each in (rule.later, rule.earlier))
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
    """What is there at the end of a year beside what was there before and came and went; it may lapse by itself too,
    so that a difference is `uncertain`."""
    row, base = now[rule.stock], before[rule.stock]
    more, less = ([now[name] for name in names] for names in (rule.more, rule.less))
    expected = base["value"] + sum(each["value"] for each in more) - sum(each["value"] for each in less)
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
