"""Make inputs for `benchmarks.fuzz` from a seed: texts of language atoms, mutated documents, damaged files."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from tests.documents.file_factory import REPORT, as_docx, as_hanweb_page, as_pdf, as_text, as_trs_page

# What starts or continues a pattern: numerals, units, words of time and change, punctuation, numbering, odd characters.
_WORDS = """
一 二 两 三 十 百 千 万 亿 零 〇 半 几 数 多 余 近 约 超 过 上 达 第 首 翻 番 成 倍 分之 百分之 千分之 万分之
点 个百分点 十五 十三五 三四十 0 1 9 12 123 1,312 1，000 3.9 0.05 2019 2020 1990 00 1e9 １２ ① 1、 1． （一）
一、 一是 1-2 1~2 1—3 2、3 -5 +7 ±1 % ％ ‰ ° ℃ ㎡ 元 万元 亿元 件 家 人 人次 户 项 个 次 场 起 公里 平方米
千瓦 小时 分钟 天 月 年 日 季度 年度 期 届 位 名 号 增长 下降 同比 比上年 环比 增至 由 从 至 到 其中 占 为 是
了 的 和 及 与 或 以上 以下 以内 左右 累计 全年 截至 同期 去年 今年 上年 今后五年 计划 力争 完成 实现 办理
行政许可 市场主体 地区生产总值 一般公共预算收入 城镇新增就业 全市 全国 清远市 排名 居 目标 分别 达到 突破 减少
压缩 新增 ， 。 、 ； ： ！ ？ ( ) （ ） 《 》 “ ” 〔2019〕 [1] 【 】 / \\ | - — … · . , ; : ' " < > & = *
# @ _ 附件 附件1 表1 注 注1 单位：万元 （亿元） 第一章 第1条 http://a.cn a@b.cn
"""
_ODD = ("\n", "\t", "\u3000", " ", "\u200b", "\ufffd", "\U00020000", "\u2f00", "\x0b", "\x1f", "é", "\u0301")
# What starts or continues a pattern: numerals, units, words of time and change, punctuation, numbering, odd characters.
ATOMS = (*_WORDS.split(), *_ODD)

# What numbers, lists and dates begin with.
NUMERALS = (
    "一", "十", "百", "十五", "十三五", "1、", "1,", "1，000", "《", "“", "一万",
    "万", "万亿", "百分之", "第", "第1", "1至", "一至", "（元）", "1（", "2、3", "一、",
    "1万2", "1元2角", "零点", "点", "半", "近半", "1/2", "2019年", "1月", "10:", "多",
    "1多",
)  # fmt: skip
TAGS = (
    "<p>", "</p>", "<div>", "</div>", "<span>", "</span>", "<br>", "<br/>", "<table>", "</table>", "<tr>", "<td>",
    "</td>", "<td colspan='5;'>", "<td rowspan=0>", "<td colspan=999>", "<th>", "<sup>1</sup>", "<sup>", "<sub>",
    "<a href='#_ftn1'>", "</a>", "<pre>", "</pre>", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>",
    "<style>", "<title>", "</title>", "<div class='TRS_Editor'>", "<div id='zoom'>", "<!--ZJEG_RSS.content.begin-->",
    "<!--ZJEG_RSS.content.end-->", "<html>", "</html>", "<body>", "</body>", "<head>", "<meta charset=gbk>",
    "<meta name='PubDate' content='2020'>", "<svg>", "<iframe>", "<noscript>", "<textarea>", "<select><option>",
    "<template>", "<ul><li>", "<h1>", "<b>", "<img>", "<font>", "<o:p>", "&nbsp;", "&#11;", "&#0;", "&#x110000;",
    "&amp", "&lt;", "<", "</", "<p style='display:none'>", "<?xml ",
)  # fmt: skip
BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xe4\xb8",
    b"\x81\x30",
    b"\xc8",
    b"\x0b",
    b"\r",
    b"\x1a",
    b"%",
    b"\\",
)


def random_text(choose: random.Random) -> str:
    """Return up to 60 atoms, some of them repeated."""
    parts = []
    for _ in range(choose.randint(1, 60)):
        parts.append(choose.choice(ATOMS) * (1 if choose.random() < 0.95 else choose.randint(2, 30)))
    return "".join(parts)


def repeats() -> Iterator[tuple[str, str]]:
    """Yield a kind (`text` or `html`) and what to repeat: every atom, numeral and tag, and pairs of them."""
    for atom in (*ATOMS, *NUMERALS):
        yield "text", atom
    for first, second in zip(ATOMS, ATOMS[7:], strict=False):
        yield "text", first + second
    for tag in TAGS:
        yield "html", tag
        yield "html", tag + "1"


def bases(kind: str) -> list[bytes]:
    """Return the unharmed documents of a kind: html, txt, docx, mhtml or pdf."""
    if kind == "html":
        return [as_trs_page(), as_hanweb_page()]
    if kind == "txt":
        return [as_text(), as_text().decode("gb18030").encode("utf-8"), as_text().decode("gb18030").encode("utf-16")]
    if kind == "docx":
        return [as_docx()]
    if kind == "mhtml":
        return [_as_mhtml()]
    return [as_pdf(), as_pdf([part for part in REPORT if isinstance(part, str)])]


def _as_mhtml() -> bytes:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "http://www.a.invalid/1.html"
    message.set_content(as_trs_page().decode(), subtype="html")
    message.make_mixed()
    return bytes(message)


def mutate(choose: random.Random, kind: str, data: bytes) -> bytes:
    """Return a document with one to five changes; those of a Word file are made in its parts or in its archive."""
    if kind == "docx" and choose.random() < 0.8:
        return _mutate_archive(choose, data)
    if kind == "txt" and choose.random() < 0.3:
        return data + random_text(choose).encode("utf-8", "replace")
    for _ in range(choose.randint(1, 5)):
        data = _mutate_bytes(choose, data)
    return data


def _mutate_archive(choose: random.Random, data: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        victims = {choose.choice([name for name in names if name.endswith(".xml")]), "word/document.xml"}
        for name in names:
            part = source.read(name)
            if name in victims:
                part = _mutate_xml(choose, part) if choose.random() < 0.7 else _mutate_bytes(choose, part)
            if choose.random() < 0.995:
                target.writestr(name, part)
    return made.getvalue()


def _mutate_xml(choose: random.Random, part: bytes) -> bytes:
    """Drop, repeat or swap elements of a part, so that it stays well-formed most of the time."""
    paragraphs = part.split(b"<w:p>")
    for _ in range(choose.randint(1, 4)):
        index = choose.randrange(len(paragraphs))
        paragraph = paragraphs[index]
        choice = choose.randrange(4)
        if choice == 0:
            paragraphs[index] = paragraph.replace(
                b"<w:t>", b"<w:t>" + random_text(choose).encode("utf-8", "replace"), 1
            )
        elif choice == 1 and index:
            paragraphs.insert(index, paragraph)
        elif choice == 2 and 0 < index < len(paragraphs) - 1:
            paragraphs.pop(index)
        else:
            paragraphs[index] = paragraph.replace(
                b"<w:r>", choose.choice((b"<w:r><w:br/>", b"<w:r><w:tab/>", b"<w:x/><w:r>")), 1
            )
    return b"<w:p>".join(paragraphs)


def _mutate_bytes(choose: random.Random, data: bytes) -> bytes:
    offset = choose.randrange(len(data) + 1)
    length = choose.choice((1, 1, 2, 10, 200, 2000))
    choice = choose.randrange(7)
    if choice == 0 and data:
        changed = bytearray(data)
        changed[offset % len(data)] ^= 1 << choose.randrange(8)
        return bytes(changed)
    if choice == 1:
        return data[:offset] + data[offset + length :]
    if choice == 2:
        return data[:offset] + data[offset : offset + length] * choose.randint(2, 20) + data[offset + length :]
    if choice == 3:
        other = choose.randrange(len(data) + 1)
        return data[:offset] + data[other : other + length] + data[offset:]
    if choice == 4:
        return data[:offset] + choose.choice(BYTES) * choose.choice((1, 1, 5)) + data[offset:]
    if choice == 5:
        return data[:offset] + (choose.choice(TAGS) * choose.choice((1, 1, 3, 40))).encode() + data[offset:]
    if choose.random() < 0.2:
        return data[:offset]
    return data[:offset] + random_text(choose).encode(choose.choice(("utf-8", "gb18030")), "replace") + data[offset:]


WRONG_VALUES: tuple[Any, ...] = (
    None,
    5,
    1.5,
    -1,
    True,
    [],
    {},
    "",
    "x",
    "\ud800",
    10**30,
    float("inf"),
    ["a"],
    {"a": 1},
)


def wrong_sidecars(sidecar: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of sidecars that are not valid JSON, or have values of wrong types."""
    yield from (
        ("empty", b""),
        ("null", b"null"),
        ("list", b"[]"),
        ("object", b"{}"),
        ("number", b"5"),
        ("text", b'"a"'),
        ("deep", b"[" * 100_000),
        ("deep object", b'{"a":' * 50_000),
        ("not UTF-8", b"\xff\xfe{"),
        ("zeros", b"\0" * 400),
        ("quotes", sidecar.replace(b'"', b"'")),
        ("half", sidecar[: len(sidecar) // 2]),
        ("twice", sidecar * 2),
        ("digits", b"1" * 5000),
        ("UTF-16", sidecar.decode().encode("utf-16")),
        ("byte order mark", b"\xef\xbb\xbf" + sidecar),
        ("comment", b"// a note\n" + sidecar),
        ("trailing comma", sidecar.rstrip().removesuffix(b"}") + b",}"),
    )
    values = json.loads(sidecar)
    yield "thirteenth month", json.dumps({**values, "fetched_at": "2026-13-01T00:00:00+00:00"}).encode()
    yield "hash of another file", json.dumps({**values, "sha256": values["sha256"][::-1]}).encode()
    for key in ("url", "name", "sha256", "media_type", "n_bytes", "fetched_at", "found_by", "given"):
        yield f"without {key}", json.dumps({name: value for name, value in values.items() if name != key}).encode()
    for index, key in enumerate(values):
        for value in WRONG_VALUES[index % 3 :: 3]:
            if type(value) is not type(values[key]):
                yield f"{key} is {value!r:.20}", json.dumps({**values, key: value}).encode()
