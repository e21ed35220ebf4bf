"""Invented reports with known truth, any number of governments and years, for tests and benchmarks.

    python -m tests.synthetic.generator --governments 50 --years 2014-2023 --families work_report,rule_of_law --out DIR
    python -m tests.synthetic.generator --governments 2000 --years 2019-2023 --style small --out DIR
    nianbao run --raw DIR --curated CURATED

`plan` draws a world in which everything agrees, and plants what shall not; `write_report` says it in sentences, with
the truth about every number; `dress` makes a file of it; `reports` and `write_raw` put them into a folder of raw files:

    >>> from tests.synthetic.generator import render_report, plan, write_report
    >>> one = next(plan(seed=1, years=range(2020, 2024)))
    >>> report = write_report(one, 2021)
    >>> all(report.text[m.start:m.end] == m.quote for m in report.mentions), render_report(report, "trs").media_type
    (True, 'text/html')

The third family is a form: `plan_forms` counts every cell of it so that the sums hold, `write_form` lays its three
tables out in one of many ways, and `render_form` and `form_reports` do with it as above.

The same seed gives the same bytes. No sentence is of a real report, and every text says that it is invented. The first
two governments are invented as well; where more are wanted they have names and codes of real ones, nothing else.
"""

from tests.synthetic.generator.forms import CellTruth, FormPlan, FormReport, plan_forms, write_form
from tests.synthetic.generator.layouts import Layout
from tests.synthetic.generator.plan import Aim, GovernmentPlan, Plant, plan
from tests.synthetic.generator.raw_folder import form_reports, put_faults, reports, write_raw
from tests.synthetic.generator.render import FORM_SYSTEMS, SYSTEMS, RenderedFile, render_form, render_report
from tests.synthetic.generator.report import write_report
from tests.synthetic.generator.truth import Mention, Written

__all__ = [
    "FORM_SYSTEMS",
    "SYSTEMS",
    "Aim",
    "CellTruth",
    "FormPlan",
    "FormReport",
    "GovernmentPlan",
    "Layout",
    "Mention",
    "Plant",
    "RenderedFile",
    "Written",
    "form_reports",
    "plan",
    "plan_forms",
    "put_faults",
    "render_form",
    "render_report",
    "reports",
    "write_form",
    "write_raw",
    "write_report",
]  # fmt: skip
