"""Findings about a report as a whole: metadata that disagrees, an unknown page layout, a duplicate, a missing form."""

from __future__ import annotations

from typing import TypedDict

from nianbao.documents.identity import Identity, Reporter
from nianbao.documents.model import Document, HintConflict
from schemas.finding import FAIL, INFO, PASS, UNCERTAIN, WARNING, Finding, Side


class _Identity(TypedDict):
    """The fields of a finding that name its report."""

    report_id: str
    family: str
    jurisdiction_code: str
    jurisdiction_name: str
    body_id: str
    body_name: str
    body_kind: str
    series_code: str
    report_year: int


def _identity(report_id: str, identity: Identity) -> _Identity:
    return {
        "report_id": report_id,
        "family": identity.family.value,
        "jurisdiction_code": identity.jurisdiction.code,
        "jurisdiction_name": identity.jurisdiction.name,
        "body_id": identity.reporter.body_id,
        "body_name": identity.reporter.body_name,
        "body_kind": identity.reporter.body_kind,
        "series_code": identity.reporter.series_code,
        "report_year": identity.report_year,
    }


def hint_conflict(report_id: str, identity: Identity, conflict: HintConflict) -> Finding:
    """Return the finding that a hint and the document state a field differently."""
    field, given, found = conflict.field, conflict.given, conflict.found
    return Finding(
        check="metadata_disagreement",
        severity=WARNING,
        status=FAIL,
        **_identity(report_id, identity),
        detail=field,
        left=Side("given", given),
        right=Side("document", found),
        message_zh=f"{field}：清单给的是“{given}”，文件本身写的是“{found}”，采用后者。",
        message_en=f"{field}: given as “{given}”, the document says “{found}”; the document's was taken.",
    )


def container_guessed(report_id: str, identity: Identity) -> Finding:
    """Return the finding that the text of a page was found by its density, so that a part may be missing or extra."""
    return Finding(
        check="text_by_density",
        severity=INFO,
        status=UNCERTAIN,
        **_identity(report_id, identity),
        message_zh="网页所用系统未知，正文按文字密度取得，可能多取或漏取，请核对原文。",
        message_en=(
            "the page's content system is not known; its text was found where sentences are dense, and may lack a part "
            "or have one too many: compare it with the page, and add its container to "
            "nianbao/documents/html/containers.yaml"
        ),
    )


def recognized_in_images(report_id: str, identity: Identity, document: Document) -> Finding:
    """Return the finding that characters were recognized in images, with their mean confidence."""
    inked = [
        confidence for char, confidence in zip(document.text, document.confidences, strict=True) if not char.isspace()
    ]
    mean = round(sum(inked) / len(inked), 4)
    return Finding(
        check="recognized_in_images",
        severity=INFO,
        status=UNCERTAIN,
        **_identity(report_id, identity),
        left=Side("confidence", f"{mean:.4f}", mean),
        message_zh=f"文件全部或部分为扫描图像，文字由光学字符识别得到，平均置信度{mean:.1%}，请核对原件。",
        message_en=(
            "the file is a scan in whole or in part; its characters were recognized with a mean confidence of "
            f"{mean:.1%}: compare figures with the original."
        ),
    )


def unread_pages(report_id: str, identity: Identity, n_pages: int) -> Finding:
    """Return the finding that pages of the file are images which were not read."""
    return Finding(
        check="unread_pages",
        severity=WARNING,
        status=UNCERTAIN,
        **_identity(report_id, identity),
        left=Side("pages", str(n_pages), float(n_pages)),
        message_zh=f"文件中有{n_pages}页为图像，未读取；安装 nianbao[ocr] 后重新运行即可识别。",
        message_en=f"{n_pages} pages of the file are images and were not read; install nianbao[ocr] and run again.",
    )


def undecoded_characters(report_id: str, identity: Identity, document: Document) -> Finding:
    """Return the finding that bytes of the file could not be decoded and were replaced by U+FFFD."""
    n_undecoded, encoding = document.n_undecoded, document.encoding
    n_in_text = document.text.count("\ufffd")
    return Finding(
        check="undecoded_characters",
        severity=WARNING if n_in_text else INFO,
        status=UNCERTAIN,
        **_identity(report_id, identity),
        left=Side("file", str(n_undecoded), float(n_undecoded)),
        right=Side("text", str(n_in_text), float(n_in_text)),
        message_zh=f"文件中有{n_undecoded}处字节无法按{encoding}解码（其中正文{n_in_text}处），以“\ufffd”代替，请核对原文。",
        message_en=(
            f"{n_undecoded} characters of the file, {n_in_text} of them in the text, are not valid {encoding}; they "
            "are read as U+FFFD: compare the text with the page."
        ),
    )


def duplicate_text(report_id: str, reporter: Reporter, kept_url: str, left_out_url: str) -> Finding:
    """Return the finding that one text was ingested from two addresses and is one report."""
    family, _, year = report_id.split("/")
    return Finding(
        check="same_text",
        severity=INFO,
        status=PASS,
        report_id=report_id,
        family=family,
        **reporter._asdict(),
        report_year=int(year.split("-")[0]),
        detail=left_out_url,
        left=Side("kept", kept_url),
        right=Side("left out", left_out_url),
        message_zh=f"{left_out_url} 与 {kept_url} 正文相同，只计为一份报告。",
        message_en=f"{left_out_url} is the same text as {kept_url} and counts as one report with it.",
    )


def form_not_found(report_id: str, identity: Identity) -> Finding:
    """Return the finding that a report of a family with a form has no cell of it."""
    return Finding(
        check="form_not_found",
        severity=WARNING,
        status=UNCERTAIN,
        **_identity(report_id, identity),
        left=Side("form", identity.family.profile.name_zh),
        right=Side("tables", "0"),
        message_zh="报告中没有读到规定格式的表格：可能是图片、附件，或没有填报。",
        message_en=(
            "no table of the prescribed form was found: they may be pictures, files linked from the page, or missing."
        ),
    )
