"""The command line `nianbao`: its commands, their order in the help, and its entry point.

Exit codes: 0 success, 1 a request failed (with --strict: anything was rejected), 2 wrong usage. The module of a command
is imported when the command is used, so that the help and light commands wait for neither Prefect nor pandas.
"""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from flows.cli.lazy_group import CommandSpec, LazyGroup
from flows.cli.messages import ExitCode, log_line
from flows.cli.utf8 import use_utf8
from schemas.config_error import ConfigError

COMMANDS = (
    CommandSpec(
        "run",
        "flows.cli.run:run",
        "Fetch, read, compare and publish everything that is new.",
        "nianbao run --raw data/raw --curated data/curated",
    ),
    CommandSpec(
        "backfill",
        "flows.cli.backfill:backfill",
        "Read past years again, and fetch what is missing.",
        "nianbao backfill --years 2015-2024 --jurisdiction 深圳市 --family work_report",
    ),
    CommandSpec(
        "serve",
        "flows.cli.serve:serve",
        "Run on a schedule with a Prefect server, until stopped.",
        "nianbao serve --raw data/raw --curated data/curated",
    ),
    CommandSpec(
        "ingest",
        "flows.cli.ingest:ingest",
        "Store local files as snapshots.",
        "nianbao ingest reports/ --manifest reports/manifest.csv --raw data/raw",
    ),
    CommandSpec(
        "fetch",
        "flows.cli.fetch:fetch",
        "Download new and changed reports from the enabled sources.",
        "nianbao fetch qingyuan-rule-of-law --years 2020-2024",
    ),
    CommandSpec(
        "extract",
        "flows.cli.extract:extract",
        "Show the observations of one file; write nothing.",
        "nianbao extract report.html --json",
    ),
    CommandSpec(
        "identify",
        "flows.cli.identify:identify_reports",
        "Find out who issued the report with a title: place and body.",
        "nianbao identify --title 清远市司法局关于2019年法治政府建设情况的报告",
    ),
    CommandSpec(
        "compare",
        "flows.cli.compare:compare",
        "Show how figures changed from year to year.",
        "nianbao compare --jurisdiction 深圳市 --indicator 行政复议 --sentences",
    ),
    CommandSpec(
        "check",
        "flows.cli.check:check",
        "Show statements in the reports that do not add up.",
        "nianbao check --check rate_of_parts --json",
    ),
    CommandSpec(
        "coverage",
        "flows.cli.coverage:coverage",
        "Show which reports are published, late, missing or quarantined.",
        "nianbao coverage --family rule_of_law --years 2015-2024",
    ),
    CommandSpec(
        "suggest",
        "flows.cli.suggest:suggest",
        "Propose catalog entries for subjects without an indicator.",
        "nianbao suggest --family work_report --at-least 5 > entries.yaml",
    ),
    CommandSpec(
        "review",
        "flows.cli.review:review",
        "Review what needs a person, in a local web page.",
        "nianbao review --by 'your name'",
    ),
    CommandSpec(
        "atlas",
        "flows.cli.atlas:atlas",
        "Draw the website of all reports, governments and indicators.",
        "nianbao atlas --out site, then open site/index.html",
    ),
    CommandSpec(
        "export",
        "flows.cli.export:export",
        "Write an Excel workbook of all figures, or a DuckDB file.",
        "nianbao export reports.xlsx --jurisdiction 深圳市",
    ),
    CommandSpec(
        "views",
        "flows.cli.views:views",
        "Print SQL views over the tables, for DuckDB.",
        "nianbao views --curated data/curated > views.sql",
    ),
    CommandSpec(
        "tables",
        "flows.cli.tables:tables",
        "Describe every table: columns, types, units, allowed values.",
        "nianbao tables --write docs/reference/tables.md",
    ),
    CommandSpec(
        "versions", "flows.cli.versions:versions", "List the published versions, newest first.", "nianbao versions"
    ),
    CommandSpec(
        "diff",
        "flows.cli.diff:diff",
        "Show what changed between two published versions.",
        "nianbao diff --table observations; nianbao diff before-new-catalog",
    ),
    CommandSpec(
        "tag",
        "flows.cli.versions:tag",
        "Tag a version (default: the latest) so that it is kept.",
        "nianbao tag before-new-catalog; nianbao tag --delete before-new-catalog",
    ),
    CommandSpec(
        "prune",
        "flows.cli.versions:prune",
        "Remove old versions; the newest and the tagged ones stay.",
        "nianbao prune --keep 2",
    ),
    CommandSpec(
        "verify",
        "flows.cli.verify:verify",
        "Check that the published tables are complete and undamaged.",
        "nianbao verify --curated data/curated",
    ),
    # Old names, for scripts of users.
    CommandSpec("states", "flows.cli.versions:states", "Old name of `versions`.", "nianbao versions", hidden=True),
    CommandSpec("keep", "flows.cli.versions:keep", "Old name of `tag`.", "nianbao tag NAME", hidden=True),
)


class NianbaoGroup(LazyGroup):
    """The commands of `nianbao`."""

    specs = COMMANDS


app = typer.Typer(
    cls=NianbaoGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line. Errors that a user can fix are one line, all others a traceback."""
    use_utf8()
    try:
        app(prog_name="nianbao")
    except ConfigError as error:
        log_line(f"nianbao: {error}")
        sys.exit(int(ExitCode.FAILED))
    finally:
        # A collection at the end of the process takes up to a second. Without it, DuckDB reports its types as leaked.
        if "duckdb" not in sys.modules:
            gc.freeze()


def _print_version(value: bool) -> None:
    if value:
        from nianbao import __version__

        print(f"nianbao {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """年报: annual reports of Chinese governments as tables; every number links back to its characters."""
