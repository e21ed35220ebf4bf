"""Invented 政府信息公开工作年度报告: the three tables of the form with known cells, and the prose around them.

The cells, their headings and their sums come from the catalog (`schemas.forms`), the layout of the tables from
`layouts.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from nianbao.documents.model import Jurisdiction
from schemas.forms import Block, Form, FormCell, load_form
from tests.synthetic.generator.layouts import Layout, Table, published_table, requests_table, reviews_table
from tests.synthetic.generator.plan import some_governments
from tests.synthetic.generator.truth import GeneratedReport, Mention

FAMILY = "info_disclosure"
FORM_CHECKS = ("sum_of_cells", "carried_over")
NUMBER, EMPTY, NOT_APPLICABLE, UNREADABLE, NO_UNIT = "number", "empty", "not_applicable", "unreadable", "no_unit"
_NOTICE = "（本报告为虚构示例，所有机构、人物与数字均系编造。）"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
# How a report prints a cell with nothing to count, and the state of such a cell.
_NOUGHT = {"0": NUMBER, "": EMPTY, "/": NOT_APPLICABLE, "—": NOT_APPLICABLE}
# Relative numbers of applicants by column.
_APPLICANT_WEIGHTS = (30, 8, 1, 1, 2, 2)


@dataclass(frozen=True, slots=True)
class CellTruth:
    """The truth about a cell: its state in the table `cells`, its value if it is a number, and its text.

    The value is in the unit of the cell's indicator.
    """

    state: str
    value: float | None
    text: str


@dataclass(frozen=True, slots=True)
class FormPlan:
    """One government: the counts of all cells by year, and by year the check that must find an inconsistency."""

    government: Jurisdiction
    years: tuple[int, ...]
    counts: dict[int, dict[str, float]]
    plants: dict[int, str]
    seed: str


@dataclass(frozen=True, slots=True)
class FormReport:
    """A report with tables: its paragraphs and tables in order, and the truth about cells and prose.

    `report` has only the paragraphs, one per line; offsets of mentions refer to these.
    """

    report: GeneratedReport
    parts: tuple[str | Table, ...]
    cells: Mapping[str, CellTruth]
    layout: Layout


def plan_forms(
    seed: int, governments: int = 2, years: Sequence[int] = (2020, 2021, 2022, 2023), *, contradictions: float = 0.0
) -> Iterator[FormPlan]:
    """Yield a plan per government; the same arguments give the same plans.

    Args:
        seed: Seed of all random choices.
        governments: Number of governments.
        years: Years under review.
        contradictions: Share of reports in which a sum or a carried-over number is wrong.
    """
    for government in some_governments(governments):
        yield _plan_government(f"{seed}/{FAMILY}/{government.code}", government, years, contradictions)


def write_form(plan: FormPlan, year: int, layout: Layout | None = None) -> FormReport:
    """Return the report of a plan's government on a year, in a random layout if none is given."""
    random = Random(f"{plan.seed}/{year}")
    drawn = Layout.draw(random)
    layout = layout or drawn
    nought = random.choice(("0", "0", "0", *_NOUGHT))
    if year in plan.plants or year + 1 in plan.plants:
        # Cells that a check compares must be printed as numbers.
        nought = "0"
    form, edition = _form(), _form().edition_of(year).id
    cells = {
        cell.id: _printed(random, plan.counts[year][cell.id], cell, nought, layout)
        for cell in form.cells
        if edition in cell.editions
    }
    if layout.unreadable and year not in plan.plants and year + 1 not in plan.plants:
        cells[random.choice(sorted(name for name in cells if name.startswith(("requests_", "disclosure_"))))] = (
            CellTruth(UNREADABLE, None, "见附件")
        )
    texts = {name: cell.text for name, cell in cells.items()}
    tables = {
        "published": published_table(form, edition, texts, layout),
        "requests": requests_table(form, edition, texts, layout, random),
        "reviews": reviews_table(form, texts, layout),
    }
    return _report(plan, year, random, tables, cells, layout)


def planted_forms(plans: Sequence[FormPlan]) -> set[tuple[str, str]]:
    """Return the checks and report ids that `findings` must contain with status `fail`."""
    return {(check, f"{FAMILY}/{plan.government.code}/{year}") for plan in plans for year, check in plan.plants.items()}


def _form() -> Form:
    form = load_form(FAMILY)
    assert form is not None
    return form


def _plan_government(seed: str, government: Jurisdiction, years: Sequence[int], contradictions: float) -> FormPlan:
    random = Random(seed)
    plants = {
        year: random.choice(FORM_CHECKS if year - 1 in years else FORM_CHECKS[:1])
        for year in years
        if random.random() < contradictions
    }
    counts: dict[int, dict[str, float]] = {}
    large = random.uniform(0.5, 4.0) * (3 if government.level == "city" else 1)
    for year in years:
        counts[year] = _counts(random, counts.get(year - 1), year, large, plants.get(year))
    return FormPlan(government, tuple(years), counts, plants, seed)


def _counts(
    random: Random, before: Mapping[str, float] | None, year: int, large: float, plant: str | None
) -> dict[str, float]:
    """Return one year's cells; sums and carried-over numbers are correct unless a plant says otherwise."""
    form, edition = _form(), _form().edition_of(year).id
    blocks = {block.id: block for block in form.blocks}
    counts: dict[str, float] = {}
    for block in form.blocks:
        for cell in block.cells.values():
            if block.id not in ("requests", "reviews"):
                counts[cell.id] = _count(random, cell, large)
    for name in ("rules", "normative_documents"):
        previous = (before or {}).get(f"{name}_in_force", 40.0)
        counts[f"{name}_repealed"] = min(counts[f"{name}_repealed"], previous)
        counts[f"{name}_in_force"] = previous + counts[f"{name}_issued"] - counts[f"{name}_repealed"]
    counts |= _requests(random, blocks["requests"], edition, before, large, plant)
    for row in blocks["reviews"].rows:
        parts = [f"{row.id}_{column.id}" for column in blocks["reviews"].columns[:-1]]
        counts |= {name: float(random.choice((0, 0, 0, 1, 2, 5))) for name in parts}
        counts[f"{row.id}_total"] = sum(counts[name] for name in parts)
    return counts


def _requests(
    random: Random,
    block: Block,
    edition: str,
    before: Mapping[str, float] | None,
    large: float,
    plant: str | None,
) -> dict[str, float]:
    """Return the cells of the table of requests: received, handled by outcome, carried over."""
    counts: dict[str, float] = {}
    columns = [column.id for column in block.columns[:-1]]
    outcomes = [row.id for row in block.rows if row.under and row.id != "requests_done" and edition in row.editions]
    lines = [row.id for row in block.rows]
    for column, weight in zip(columns, _APPLICANT_WEIGHTS, strict=True):
        new = random.randint(0, int(weight * large) + 1)
        carried = (before or {}).get(f"requests_carried_out_{column}", float(random.randint(0, 2)))
        if plant == "carried_over" and column == "natural_person":
            carried += random.randint(1, 3)
        left = random.randint(0, int(new + carried) // 4)
        counts |= {f"{row}_{column}": 0.0 for row in lines}
        for _ in range(int(new + carried) - left):
            name = random.choice(outcomes[:2] if random.random() < 0.6 else outcomes)
            counts[f"{name}_{column}"] += 1
        counts[f"requests_new_{column}"] = float(new)
        counts[f"requests_carried_in_{column}"] = carried
        counts[f"requests_done_{column}"] = new + carried - left
        counts[f"requests_carried_out_{column}"] = float(left)
    for row in lines:
        counts[f"{row}_total"] = sum(counts[f"{row}_{column}"] for column in columns)
    if plant == "sum_of_cells":
        counts["requests_granted_total"] += random.randint(2, 9)
    return counts


def _count(random: Random, cell: FormCell, large: float) -> float:
    if cell.unit == "元":
        return random.choice((0.0, round(round(random.uniform(1, 9000) * large, 2) * 10_000, 2)))
    if cell.signed:
        return float(random.randint(-6, 9))
    many = 4000 if cell.column.id == "decisions" else 12
    return float(random.choice((0, random.randint(1, many), random.randint(1, many))))


def _printed(random: Random, value: float, cell: FormCell, nought: str, layout: Layout) -> CellTruth:
    """Return the text of a cell and what it states."""
    if not value and nought == "0" and not cell.printed_unit:
        return CellTruth(NO_UNIT, None, nought)  # neither the form nor the report names a unit
    if not value:
        return CellTruth(_NOUGHT[nought], 0.0 if _NOUGHT[nought] == NUMBER else None, nought)
    if cell.printed_unit == "万元":
        text = f"{value / 10_000:.2f}"
    elif cell.unit == "元":  # the form names no unit here, so the report must
        text = f"{value:.0f}元"
        value = float(f"{value:.0f}")
    elif cell.signed:
        text = f"{value:+.0f}" if random.random() < 0.5 else f"{'增' if value > 0 else '减'}{abs(value):.0f}"
    else:
        text = f"{value:,.0f}" if layout.commas else f"{value:.0f}"
    if layout.wide and random.random() < 0.5:
        text = text.translate(_WIDE)
    return CellTruth(NUMBER, value, text)


def _report(
    plan: FormPlan,
    year: int,
    random: Random,
    tables: Mapping[str, tuple[Table, ...]],
    cells: Mapping[str, CellTruth],
    layout: Layout,
) -> FormReport:
    """Assemble prose and tables in the order of the form."""
    name = plan.government.name
    new = cells["requests_new_total"]
    title = f"{name}人民政府{year}年政府信息公开工作年度报告"
    sentence_start = f"{year}年，全{name[-1]}新收政府信息公开申请"
    quote = f"{new.value:.0f}件" if new.value else ""
    first = [
        title,
        _NOTICE,
        "本年度报告依照《中华人民共和国政府信息公开条例》第五十条编制，数据统计期限自"
        f"{year}年1月1日起至{year}年12月31日止。",
        "一、总体情况",
        f"{sentence_start}{quote}，均在法定期限内答复。"
        if quote
        else f"{year}年，全{name[-1]}政府信息公开工作有序推进。",
        "（一）主动公开。围绕重点领域及时发布信息，回应群众关切，公开平台运行平稳。",
        "二、主动公开政府信息情况",
    ]
    last = [
        "五、存在的主要问题及改进情况",
        "公开内容的针对性还不够强，解读形式较为单一。下一步将梳理公开事项，丰富解读方式，加强业务培训。",
        "六、其他需要报告的事项",
        "本年度没有其他需要报告的事项。",
        f"{name}人民政府",
        f"{year + 1}年1月{random.randint(8, 28)}日",
    ]
    parts: list[str | Table] = [
        *first,
        *tables["published"],
        "三、收到和处理政府信息公开申请情况",
        *tables["requests"],
        "四、政府信息公开行政复议、行政诉讼情况",
        *tables["reviews"],
        *last,
    ]
    text = "\n".join(part for part in parts if isinstance(part, str))
    mentions = []
    if quote:
        start = text.index(sentence_start) + len(sentence_start)
        about = {
            "value": new.value,
            "unit": "件",
            "keys": ["申请"],
            "rounding": 1.0,
            "indicator": "disclosure_requests",
        }
        mention = Mention.of("prose", about, "actual", year)
        mentions.append(replace(mention, start=start, end=start + len(quote), quote=quote))
    report = GeneratedReport(text, tuple(mentions), plan.government, FAMILY, year, title, None)
    return FormReport(report, tuple(parts), cells, layout)
