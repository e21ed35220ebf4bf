"""Parameters of the Prefect flows, grouped; the descriptions appear next to the fields of Prefect's form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from flows.runners import Runner
from nianbao.documents.model import Family
from nianbao.io.layout import Layout

Year = Annotated[int, Field(ge=1990, le=2100)]


class Folders(BaseModel):
    """Where snapshots, tables and corrections are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw: str = Field(
        default="data/raw", description="Folder of snapshots (raw files), or its address: s3://bucket/raw."
    )
    curated: str = Field(
        default="data/curated", description="Folder to publish the tables in, or its address: s3://bucket/curated."
    )
    corrections: str | None = Field(
        default=None, description="Folder of manual corrections. Empty: config/corrections, if it exists."
    )
    layout: Layout | None = Field(
        default=None, description="Layout of the tables: files or delta. Empty: as published, or files."
    )


class Execution(BaseModel):
    """How the work of a run is distributed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    runner: Runner = Field(
        default="auto", description="Task runner: auto (processes for large backlogs), threads, processes, or dask."
    )
    scheduler: str | None = Field(
        default=None, description="Address of a Dask scheduler, such as tcp://127.0.0.1:8786. Empty without Dask."
    )


class ReportSelection(BaseModel):
    """Which reports a backfill covers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_year: Year = Field(description="First report year. A report delivered in 2016 usually reviews 2015.")
    last_year: Year = Field(description="Last report year, included.")
    families: list[Family] | None = Field(default=None, description="Only these families. None selected: all.")
    jurisdictions: list[str] | None = Field(
        default=None, description="Only these governments, by name (深圳市盐田区) or code (440308). None given: all."
    )


DEFAULT_FOLDERS = Folders()
DEFAULT_EXECUTION = Execution()
