"""The Superset dashboard of the documentation fits the views, and connects comparable years only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from nianbao.exports.views import views_sql
from tests.conftest import REPO_ROOT

FOLDER = REPO_ROOT / "docs" / "how-to" / "superset"
DATASETS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("datasets/*/*.yaml"))}
CHARTS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("charts/*.yaml"))}
VIEW_OF = {dataset["uuid"]: dataset["table_name"] for dataset in DATASETS.values()}


@pytest.fixture(scope="module")
def database(checkout: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database with the views over the bundled tables."""
    with duckdb.connect() as connection:
        connection.execute(views_sql(checkout / "data" / "curated"))
        yield connection


@pytest.mark.parametrize("view", DATASETS)
def test_a_dataset_has_the_columns_of_its_view(view: str, database: duckdb.DuckDBPyConnection) -> None:
    """Each dataset lists exactly the columns of the view that it is named after."""
    columns = database.execute(f"DESCRIBE {view}").fetchall()
    assert {column["column_name"] for column in DATASETS[view]["columns"]} == {name for name, *_ in columns}


def query_of(params: dict[str, Any], view: str) -> str:
    """Return a query with the columns, measures and conditions of a chart."""
    grouped = [*params.get("groupby", []), *([params["x_axis"]] if "x_axis" in params else [])]
    shown = [f'"{name}"' for name in (*grouped, *params.get("all_columns", []))]
    measures = [measure["sqlExpression"] for measure in params.get("metrics", [])]
    conditions = " AND ".join(f"({condition['sqlExpression']})" for condition in params["adhoc_filters"]) or "true"
    grouping = "GROUP BY ALL" if measures else ""
    return f"SELECT {', '.join([*shown, *measures])} FROM {view} WHERE {conditions} {grouping}"


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_rows(name: str, database: duckdb.DuckDBPyConnection) -> None:
    """The columns, measures and conditions of a chart exist, and return rows."""
    chart = CHARTS[name]
    assert database.execute(query_of(chart["params"], VIEW_OF[chart["dataset_uuid"]])).fetchall()


def test_lines_connect_comparable_years_only() -> None:
    """A line chart groups by the run of comparable years, leaves gaps open, and begins at zero."""
    lines = [chart["params"] for chart in CHARTS.values() if "line" in chart["viz_type"]]
    assert lines
    for params in lines:
        assert {"jurisdiction_name", "unit", "comparable_since"} <= set(params["groupby"])
        assert (params["connectNulls"], params["truncateYAxis"]) == (False, False)


def test_the_dashboard_has_all_charts_and_no_path_of_a_machine() -> None:
    """The dashboard places every chart, and its database is a path to fill in."""
    dashboard = yaml.safe_load((FOLDER / "dashboards" / "nianbao.yaml").read_text("utf-8"))
    charts_shown = {item["meta"]["uuid"] for key, item in dashboard["position"].items() if key.startswith("CHART-")}
    assert charts_shown == {chart["uuid"] for chart in CHARTS.values()}
    uri = yaml.safe_load((FOLDER / "databases" / "nianbao.yaml").read_text("utf-8"))["sqlalchemy_uri"]
    assert uri == "duckdb:////full/path/to/reports.duckdb"
