"""Findings about a report as a whole, as rows of `findings`: told otherwise by a manifest, taken in twice, formless."""

from __future__ import annotations

from typing import Any

from nianbao.documents.identity import Identity
from nianbao.documents.model import HintConflict

Row = tuple[Any, ...]


def disagreement(report_id: str, identity: Identity, seen: HintConflict) -> Row:
    """A field that was given one way and that the document states another way."""
    return (
        f"{report_id}!metadata_disagreement:{seen.field}",
        "metadata_disagreement",
        "warning",
        "fail",
        report_id,
        identity.family.value,
        identity.jurisdiction.code,
        identity.jurisdiction.name,
        identity.report_year,
        None,
        "given",
        seen.given,
        None,
        "document",
        seen.found,
        None,
        None,
        None,
        None,
        f"{seen.field}：清单给的是“{seen.given}”，文件本身写的是“{seen.found}”，采用后者。",
        f"{seen.field}: given as “{seen.given}”, the document says “{seen.found}”; the document's was taken.",
        None,
        None,
    )


def container_guessed(report_id: str, identity: Identity) -> Row:
    """A page of a content system that is not known: whether its text is whole and alone is not certain."""
    return (
        f"{report_id}!text_by_density",
        "text_by_density",
        "info",
        "uncertain",
        report_id,
        identity.family.value,
        identity.jurisdiction.code,
        identity.jurisdiction.name,
        identity.report_year,
        *[None] * 10,
        "网页所用系统未知，正文按文字密度取得，可能多取或漏取，请核对原文。",
        "the page's content system is not known; its text was found where sentences are dense, and may lack a part or "
        "have one too many: compare it with the page, and add its container to nianbao/documents/containers.yaml",
        None,
        None,
    )


def duplicate_text(report_id: str, jurisdiction_name: str, kept_url: str, left_out_url: str) -> Row:
    """The finding that one text was taken in twice and is one report."""
    family, code, year = report_id.split("/")
    return (
        f"{report_id}!same_text:{left_out_url}",
        "same_text",
        "info",
        "pass",
        report_id,
        family,
        code,
        jurisdiction_name,
        int(year.split("-")[0]),
        None,
        "kept",
        kept_url,
        None,
        "left out",
        left_out_url,
        None,
        None,
        None,
        None,
        f"{left_out_url} 与 {kept_url} 正文相同，只计为一份报告。",
        f"{left_out_url} is the same text as {kept_url} and counts as one report with it.",
        None,
        None,
    )


def form_not_found(report_id: str, identity: Identity) -> Row:
    """The finding that a report of a family with a form holds no cell of it."""
    return (
        f"{report_id}!form_not_found",
        "form_not_found",
        "warning",
        "uncertain",
        report_id,
        identity.family.value,
        identity.jurisdiction.code,
        identity.jurisdiction.name,
        identity.report_year,
        None,
        "form",
        identity.family.profile.name_zh,
        None,
        "tables",
        "0",
        None,
        None,
        None,
        None,
        "报告中没有读到规定格式的表格：可能是图片、附件，或没有填报。",
        "no table of the prescribed form was found: they may be pictures or files beside the page, or missing.",
        None,
        None,
    )
