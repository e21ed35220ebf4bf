"""Invented reports with known truth, for any number of governments and years; for tests and benchmarks.

    python -m tests.synthetic.generator --governments 50 --years 2014-2023 --families work_report,rule_of_law --out DIR
    python -m tests.synthetic.generator --governments 2000 --years 2019-2023 --style small --out DIR
    nianbao run --raw DIR --curated CURATED

`plan` draws consistent figures and plants inconsistencies; `write_report` puts them into sentences, with the truth
about every number; `render_report` makes a file of a report; `reports` and `write_raw` write a folder of snapshots:

    >>> from tests.synthetic.generator import render_report, plan, write_report
    >>> government = next(plan(seed=1, years=range(2020, 2024)))
    >>> report = write_report(government, 2021)
    >>> all(report.text[m.start:m.end] == m.quote for m in report.mentions), render_report(report, "trs").media_type
    (True, 'text/html')

The third family is a form: `plan_forms` counts every cell so that the sums hold, `write_form` lays out its three tables
in one of many ways, and `render_form` and `form_reports` correspond to the functions above.

The same seed gives the same bytes. No sentence is from a real report, and every text says that it is invented. The
first two governments are invented too; further ones have names and codes of real governments, nothing else.
"""

from tests.synthetic.generator.forms import CellTruth, FormPlan, FormReport, plan_forms, write_form
from tests.synthetic.generator.layouts import Layout
from tests.synthetic.generator.plan import Aim, GovernmentPlan, Plant, plan
from tests.synthetic.generator.raw_folder import form_reports, reports, write_faulty_files, write_raw
from tests.synthetic.generator.render import FORM_SYSTEMS, SYSTEMS, RenderedFile, render_form, render_report
from tests.synthetic.generator.report import write_report
from tests.synthetic.generator.truth import GeneratedReport, Mention

__all__ = [
    "FORM_SYSTEMS",
    "SYSTEMS",
    "Aim",
    "CellTruth",
    "FormPlan",
    "FormReport",
    "GeneratedReport",
    "GovernmentPlan",
    "Layout",
    "Mention",
    "Plant",
    "RenderedFile",
    "form_reports",
    "plan",
    "plan_forms",
    "render_form",
    "render_report",
    "reports",
    "write_faulty_files",
    "write_form",
    "write_raw",
    "write_report",
]  # fmt: skip
