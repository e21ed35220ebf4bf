"""Damaged text: a few invalid bytes and control characters affect only themselves, not the document."""

from __future__ import annotations

import pytest

from nianbao.documents.identity import Identity, identify
from nianbao.documents.model import Document, UnreadableDocument
from nianbao.documents.read import read_document
from nianbao.documents.text.characters import clean_characters
from nianbao.documents.text.decode import decode
from nianbao.tables.report_findings import undecoded_characters

LINES = [
    "云汀市2019年法治政府建设年度报告",
    "2019年，云汀市深入推进依法行政，现将情况报告如下。",
    "全年办理行政许可1,312件，比上年增长7.2%，办结率达到98.3%。",
    "受理行政复议申请120宗，办结118宗，为企业减负3.9万元。",
]
TEXT = "\n".join(LINES)
MENU = "<ul><li>政务公开</li><li>办事服务</li><li>互动交流</li></ul>"


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)


def page(body: str = PARAGRAPHS, encoding: str = "utf-8") -> bytes:
    """Return a page with a menu and the report in the given encoding."""
    source = f"<html><head><title>年报</title><!-- 注 --></head><body>{MENU}<div id='zoom'>{body}</div></body></html>"
    return source.encode(encoding)


def text_of(data: bytes) -> str:
    """Return the text that is read from a page."""
    return read_document(data, media_type="text/html").text


CUT = "开".encode()[:2]
UNDECODABLE = {
    "a byte that no encoding has, in a comment": page().replace("注".encode(), b"\xff"),
    "two such bytes": page().replace("注".encode(), b"\xff\xfe"),
    "a title cut inside a character": page().replace("年报</title>".encode(), "年".encode() + CUT + b"</title>"),
    "a menu item cut inside a character": page().replace("开".encode(), CUT),
    "a copyright sign in Latin-1": page().replace("注".encode(), b"\xa9 2019"),
    "a file cut at its end": page() + CUT,
    "a footer in GBK": page() + "<p>主办单位：云汀市人民政府办公室</p>".encode("gbk"),
    "a surrogate pair of CESU-8": page().replace("注".encode(), b"\xed\xa0\xbd\xed\xb8\x80"),
    "an overlong form": page().replace("注".encode(), b"\xc0\xaf"),
    "a continuation byte too many": page().replace("注".encode(), "注".encode() + b"\x8f"),
    "a GBK page with a byte that GBK does not have": page(encoding="gbk").replace("注".encode("gbk"), b"\xff"),
    "a GBK page cut at its end": page(encoding="gbk") + b"\xc8",
    "UTF-8 with a mark and a bad byte": b"\xef\xbb\xbf" + page().replace("注".encode(), b"\xff"),
    "UTF-16 with half a character at its end": page(encoding="utf-16") + b"\x2c",
}


@pytest.mark.parametrize("data", UNDECODABLE.values(), ids=UNDECODABLE.keys())
def test_undecodable_bytes_outside_the_report_change_nothing(data: bytes) -> None:
    """Invalid bytes in comments, titles and menus leave the report unchanged and are counted."""
    document = read_document(data, media_type="text/html")
    assert document.text.split("\n")[: len(LINES)] == LINES
    assert document.n_undecoded


@pytest.mark.parametrize("damage", [b"\xff", b"\xe4\xba", b"\x80", b"\xc3", b"\xf0\x9f\x98"])
@pytest.mark.parametrize("word", ["深入", "办结"])
def test_undecodable_bytes_in_the_report_cost_only_their_character(word: str, damage: bytes) -> None:
    """Invalid bytes in the report replace one character and nothing else."""
    data = TEXT.encode().replace(word.encode(), damage, 1)
    document = read_document(data, media_type="text/plain")
    assert document.text == TEXT.replace(word, "\ufffd", 1)
    assert document.n_undecoded == 1


def _finding(document: Document) -> str:
    identity = identify(document)
    assert isinstance(identity, Identity)
    finding = undecoded_characters("r", identity, document)
    assert (finding.left.value, finding.right.value) == (2.0, 1.0)
    return finding.as_row()["message_en"]


def test_the_number_of_undecodable_characters_is_a_finding() -> None:
    """A finding states how many characters could not be decoded, and how many are in the text."""
    data = page().replace("注".encode(), b"\xff").replace("深入".encode(), b"\xff", 1)
    title = "<meta name='ArticleTitle' content='清远市2019年法治政府建设年度报告'>".encode()
    document = read_document(data.replace(b"<head>", b"<head>" + title), media_type="text/html")
    assert "2 characters of the file, 1 of them in the text" in _finding(document)


def test_text_without_damage_has_no_undecoded_character() -> None:
    """Valid text, even with a replacement character in it, counts as undamaged."""
    assert decode(TEXT.encode()).n_undecoded == 0
    assert decode((TEXT + "\ufffd").encode()).n_undecoded == 0


CONTROLS = [chr(code) for code in (*range(1, 9), *range(0x0E, 0x20), 0x7F, 0x81, 0x9D, 0xFFFE, 0xFFFF, 0xFDD1)]


@pytest.mark.parametrize("char", CONTROLS, ids=[f"U+{ord(char):04X}" for char in CONTROLS])
def test_control_characters_are_removed(char: str) -> None:
    """A control character in text, page or reference is removed and a number around it stays whole."""
    text = TEXT.replace("1,312", f"1,{char}312")
    assert text_of(page("".join(f"<p>{line}</p>" for line in text.split("\n")))) == TEXT
    reference = TEXT.replace("1,312", f"1,&#{ord(char)};312") if not 0x80 <= ord(char) < 0xA0 else text
    assert text_of(page("".join(f"<p>{line}</p>" for line in reference.split("\n")))) == TEXT
    assert read_document(text.encode(), media_type="text/plain").text == TEXT
    assert text_of(page().replace("政务".encode(), char.encode())) == TEXT


def test_the_soft_line_break_of_word_separates_numbers() -> None:
    """A vertical tab next to words is removed, and between two numbers it becomes a space."""
    body = PARAGRAPHS.replace("1,312件，", "1,312件，\x0b&#11;")
    assert text_of(page(body)) == TEXT
    assert "120 118" in text_of(page(body.replace("120宗", "120\x0b118宗")))


def test_a_few_nul_bytes_are_removed_and_many_mean_a_binary_file() -> None:
    """One NUL byte is removed; many NUL bytes are refused as a binary file."""
    assert read_document(TEXT.replace("1,", "1,\x00", 1).encode(), media_type="text/plain").text == TEXT
    with pytest.raises(UnreadableDocument, match="NUL"):
        decode(b"\x01\x00\x02\x00" * 50 + TEXT.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
def test_utf16_is_read_with_and_without_a_mark(encoding: str, kind: str) -> None:
    """UTF-16 and UTF-32 are read with a byte order mark, and UTF-16 also without one."""
    data = page(encoding=encoding) if kind == "text/html" else TEXT.encode(encoding)
    assert read_document(data, media_type=kind).text == TEXT


TRADITIONAL = [
    "雲汀市二零一九年法治政府建設年度報告，現將有關情況報告如下。",
    "全年辦理行政許可1312件，比上年增長百分之七，辦結率達到98.3%。",
    "受理行政複議申請120宗，辦結118宗，為企業減輕負擔三萬九千元。",
    "市政府常務會議審議通過規範性文件十二件，修改五件，廢止三件。",
    "我們將繼續深入學習，全面推進依法行政，加快建設法治政府。",
]


@pytest.mark.parametrize("line", TRADITIONAL)
@pytest.mark.parametrize("form", ["{}", "<html><body><p>{}</p></body></html>"])
def test_big5_is_refused_by_name(line: str, form: str) -> None:
    """A text in Big5 is refused with the name of that encoding instead of being misread."""
    with pytest.raises(UnreadableDocument, match="Big5"):
        read_document(form.format(line).encode("big5"), media_type=None)


@pytest.mark.parametrize("line", [*LINES[1:], *TRADITIONAL])
def test_gbk_in_either_script_is_not_taken_for_big5(line: str) -> None:
    """GBK text in simplified or traditional characters is decoded and not mistaken for Big5."""
    assert decode(line.encode("gbk")).text == line


RADICALS = [
    ("受理⾏政复议案件⼀百⼆⼗三件", "受理行政复议案件一百二十三件"),
    ("⽐上年增⻓7.2%", "比上年增长7.2%"),
    ("⿈河流域⾭年⼾数4.2万⼾", "黄河流域青年户数4.2万户"),
    ("2300⼈次", "2300人次"),
    ("45平⽅公⾥", "45平方公里"),
    ("云汀市⼈民政府⼯作报告", "云汀市人民政府工作报告"),
    ("⻛险⻔⻋⻢⻰⻥", "风险门车马龙鱼"),
    ("2019\uf98e", "2019年"),
    ("增长7.2﹪", "增长7.2%"),
    ("⼋⽉⼗⽇", "八月十日"),
    ("⽤⽔⽤电⾯积", "用水用电面积"),
    ("⺠⽣⻝品", "民生食品"),
]


@pytest.mark.parametrize(("printed", "ordinary"), RADICALS)
def test_radicals_and_compatibility_characters_become_ordinary_ones(printed: str, ordinary: str) -> None:
    """Radicals and compatibility forms become ordinary characters in text, pages and references."""
    assert clean_characters(printed) == ordinary
    assert read_document(f"{TEXT}\n{printed}。".encode(), media_type="text/plain").text == f"{TEXT}\n{ordinary}。"
    references = "".join(f"&#{ord(char)};" for char in printed)
    assert text_of(page(f"<p>{TEXT}</p><p>{references}。</p>")).endswith(f"{ordinary}。")


@pytest.mark.parametrize("text", ["１２３．５％", "5㎡", "（一）", "①", "〇", "10⁸", "1½", "＄", "…", "—"])
def test_other_characters_are_unchanged(text: str) -> None:
    """Full-width digits, brackets, superscripts and punctuation are not normalised."""
    assert clean_characters(text) == text
