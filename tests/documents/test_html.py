"""Web pages of the content systems that governments use: the lines of the report, and the labels of the page."""

from __future__ import annotations

import pytest

from nianbao.documents.html.reader import read_html
from nianbao.documents.model import UnreadableDocument
from nianbao.documents.read import read_document

PARAGRAPHS = [
    "2019年，云汀市深入推进依法行政，现将情况报告如下。",
    "（一）全年办理行政许可1234件，比上年增长7.2%，办结率达到98.3%。",
    "（二）受理行政复议申请120宗，办结118宗，为企业减负3.9万元。",
    "特此报告。",
]
BODY = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
NAVIGATION = "<div class='header'><ul>" + "<li><a href='/a'>政务公开</a></li>" * 30 + "</ul></div>"


def page(content: str, head: str = "", around: str = NAVIGATION) -> bytes:
    """Return a web page with navigation, content and footer."""
    footer = "<div class='footer'>ICP备1号</div>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{around}{content}{footer}</body></html>".encode()


def lines(data: bytes) -> list[str]:
    """Return the lines of text that are read from a page."""
    return read_document(data, media_type="text/html").text.split("\n")


@pytest.mark.parametrize(
    "container",
    [
        "<div class='TRS_Editor'>{}</div>",
        "<div class='view TRS_UEDITOR trs_paper_default'>{}</div>",
        "<div id='zoom'>{}</div>",
        "<div id='Zoom' class='article-body'>{}</div>",
        "<table><tr><td id='UCAP-CONTENT'>{}</td></tr></table>",
        "<UCAPCONTENT>{}</UCAPCONTENT>",
        "<div class='news_cont_d_wrap'>{}</div>",
        "<div class='article-content'>{}</div>",
        "<div class='article_content font_cn'>{}</div>",
        "<div><!--ZJEG_RSS.content.begin-->{}<!--ZJEG_RSS.content.end--></div>",
        "<div class='nobody-knows-this-name'>{}</div>",
    ],
)
def test_pages_of_every_content_system_give_the_same_lines(container: str) -> None:
    """The report comes out alike for every known container and for an unknown one."""
    assert lines(page(container.format(BODY))) == PARAGRAPHS


def test_the_inner_container_is_read_unless_it_has_only_a_part() -> None:
    """The inner of two containers is read, unless it has only a part of the report."""
    assert lines(page(f"<div id='zoom'><p>打印</p><div class='TRS_Editor'>{BODY}</div></div>")) == PARAGRAPHS
    half = f"<div class='TRS_Editor'><p>{'导语。' * 30}</p></div>"
    assert lines(page(f"<div id='zoom'>{half}{BODY * 4}</div>"))[-1] == PARAGRAPHS[-1]


def test_inline_text_is_joined_and_blocks_begin_new_lines() -> None:
    """Numbers cut by inline tags are whole, and blocks and breaks begin new lines."""
    cut = "<p>减负<span>3.</span><b>9</b>\n<font>万元</font>，增长<i>7</i>.2<span>％</span>。</p>"
    cut += "<div>第二行</div>第三行<br>第四行"
    assert lines(page(f"<div id='zoom'>{cut}{BODY}</div>"))[:4] == [
        "减负3.9万元，增长7.2％。",
        "第二行",
        "第三行",
        "第四行",
    ]


def test_a_table_of_data_is_a_line_a_row_with_tabs_between_cells() -> None:
    """A data table gives one line per row, with tabs between cells."""
    rows = ("<th>指标</th><th>数量</th>", "<td><p>行政许可</p></td><td><p>1234</p>\n<p>件</p></td>")
    table = "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    assert lines(page(f"<div id='zoom'>{table}{BODY}</div>"))[:2] == ["指标\t数量", "行政许可\t1234件"]


def test_a_table_that_only_lays_out_the_page_stays_paragraphs() -> None:
    """A table used for layout gives the paragraphs of the report and no cells."""
    assert lines(page(f"<table><tr><td><div id='zoom'>{BODY}</div></td><td>广告</td></tr></table>")) == PARAGRAPHS


def test_numbering_between_word_comments_and_preformatted_lines_stay() -> None:
    """List numbers in Word comments and lines of preformatted text are kept."""
    word = "<p><!--[if !supportLists]-->（三）<!--[endif]-->推进公开。</p>"
    assert "（三）推进公开。" in lines(page(f"<div id='zoom'>{BODY}{word}</div>"))
    assert lines(page("<div id='zoom'><pre>" + "\n".join(PARAGRAPHS) + "</pre></div>")) == PARAGRAPHS


def test_hidden_parts_scripts_and_share_blocks_go() -> None:
    """Hidden text, scripts, styles, share buttons and page labels are not part of the report."""
    junk = (
        "<p style='display: none'>隐藏的文字。</p><p hidden>也隐藏。</p><script>var a='脚本。';</script>"
        "<style>p{}</style><div class='bdsharebuttonbox'>微信 微博</div><p>【字体：大 中 小】</p>"
        "<p>责任编辑：张三</p><p>扫一扫在手机打开当前页</p>"
    )
    assert lines(page(f"<div id='zoom'>{junk}{BODY}</div>")) == PARAGRAPHS


def test_labels_of_the_page_become_metadata() -> None:
    """Title, posting time, year and government are taken from the meta tags of the page."""
    head = (
        "<meta charset='gb2312'><meta name='SiteName' content='云汀市人民政府'>"
        "<meta name='ArticleTitle' content='云汀市关于2019年法治政府建设情况的报告'>"
        "<META NAME='PubDate' CONTENT='2020-02-08 09:15'><meta name='ContentSource' content='市司法局'>"
        "<title>年度报告_云汀市人民政府门户网站</title>"
    )
    about = read_document(page(f"<div id='zoom'>{BODY}</div>", head), media_type="text/html").metadata
    assert about.title == "云汀市关于2019年法治政府建设情况的报告"
    assert about.published_at is not None
    assert about.published_at.isoformat() == "2020-02-08T09:15:00+08:00"
    assert about.report_year == 2019
    assert about.jurisdiction is not None
    assert about.jurisdiction.code == "990100"


def test_a_table_of_labels_above_the_text_is_read() -> None:
    """Document number, title and posting date are taken from the label table above the report."""
    table = (
        "<table><tr><td>索引号：</td><td>0001/2020-1</td><td>发文字号：</td><td>云府〔2020〕6号</td></tr>"
        "<tr><td>标 题：</td><td>云汀市2019年法治政府建设情况报告</td>"
        "<td>发布日期：</td><td>2020年01月29日</td></tr></table>"
    )
    about = read_document(page(f"{table}<div id='UCAP-CONTENT'>{BODY}</div>"), media_type="text/html").metadata
    assert about.document_number == "云府〔2020〕6号"
    assert about.title == "云汀市2019年法治政府建设情况报告"
    assert str(about.published_at) == "2020-01-29 00:00:00+08:00"


def test_labels_inside_the_report_element_give_its_dates() -> None:
    """Date of signing, posting date and document number are read from labels above the text."""
    rows = "<p>成文日期：2020年1月9日</p><p>发布日期：2020年2月1日</p><p>文号：云府〔2020〕6号</p>"
    about = read_document(page(f"<div id='zoom'>{rows}{BODY}</div>"), media_type="text/html").metadata
    assert (str(about.issued_on), about.document_number) == ("2020-01-09", "云府〔2020〕6号")
    assert str(about.published_at) == "2020-02-01 00:00:00+08:00"


TITLE = "云汀市人民政府关于2019年法治政府建设情况的报告"


@pytest.mark.parametrize(
    "above",
    [
        "<ul><li>索 引 号：1/2020</li><li>文　　号：云府〔2020〕6号</li><li>公开属性：主动公开</li></ul>",
        "<p>发布日期：2020-02-01 09:30 浏览次数：1024 字号：[大 中 小]</p><p>保护视力色：</p><p>阅读 ： 30 次</p>",
        "<div>2020-02-01 09:00 来源： 云汀市司法局 【字体：大 中 小】 打印</div>",
        "<span>2020-02-01</span><p>信息类别：法治政府</p>",
        "<p>承办科室：法治科</p>",
    ],
)
def test_text_above_a_title_never_becomes_a_part_of_it(above: str) -> None:
    """Page labels above the title leave the title and its line intact."""
    document = read_document(page(f"<div id='zoom'>{above}<p>{TITLE}</p>{BODY}</div>"), media_type="text/html")
    assert document.metadata.title == TITLE
    assert TITLE in document.text.split("\n")


@pytest.mark.parametrize("below", ["2020-01-20", "分享：", "发布日期：2020-01-20", "来源：云汀市司法局"])
def test_text_below_a_short_report_does_not_shorten_it(below: str) -> None:
    """Page lines below a short report do not remove lines of the report."""
    assert lines(page(f"<div id='zoom'>{BODY}<p>{below}</p></div>"))[: len(PARAGRAPHS)] == PARAGRAPHS


UNKNOWN_SITES = {
    "lines as they are typed": "<pre>" + "\n".join(PARAGRAPHS) + "</pre>",
    "a list": "".join(f"<li>{line}</li>" for line in PARAGRAPHS),
    "text in divs without paragraphs": "".join(f"<div>{line}</div>" for line in PARAGRAPHS),
    "breaks between paragraphs": "<br><br>".join(f"　　{line}" for line in PARAGRAPHS),
    "nested tables that lay out": f"<table><tr><td><table><tr><td><table><tr><td>{BODY}</td></tr></table></td></tr>"
    "</table></td></tr></table>",
    "spans in sections": "".join(f"<section><p><span>{line}</span></p></section>" for line in PARAGRAPHS),
    "two halves": f"<div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div>"
    f"<div><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></div>",
}


@pytest.mark.parametrize("markup", UNKNOWN_SITES.values(), ids=UNKNOWN_SITES)
def test_an_unknown_site_gives_only_its_report_and_is_marked(markup: str) -> None:
    """On an unknown site only the report is read, and the document is marked as guessed."""
    menu = "<td valign='top'>" + "".join(f"<a href='/{n}'>政务公开</a><br>" for n in range(20)) + "</td>"
    hint = "<div>为确保浏览效果，建议您使用新版本的浏览器。网站标识码 9901000001 主办 云汀市人民政府</div>"
    around = f"<table><tr>{menu}<td><h3>标题</h3><div>2020-01-20 本站</div><div>{markup}</div></td></tr></table>{hint}"
    document = read_document(page(around), media_type="text/html")
    assert document.text.split("\n") == PARAGRAPHS
    assert document.container_guessed
    assert not read_document(page(f"<div id='zoom'>{BODY}</div>"), media_type="text/html").container_guessed


def test_sections_with_their_tables_in_boxes_of_an_unknown_site_are_one_text() -> None:
    """Sections in separate boxes of an unknown site are read in order, with all their tables."""
    table = "<table>" + "<tr><td>行政许可</td><td>834</td><td>400</td><td>1234</td></tr>" * 4 + "</table>"
    boxes = "".join(f"<div class='b{n}'><div><p>{line}</p></div>{table}</div>" for n, line in enumerate(PARAGRAPHS))
    document = read_document(page(f"<div class='whole'>{boxes}</div>"), media_type="text/html")
    assert [line for line in document.text.split("\n") if "\t" not in line] == PARAGRAPHS
    assert document.text.count("1234\n") + document.text.endswith("1234") >= 4


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_wrong_encoding_label_is_ignored(encoding: str) -> None:
    """A page is decoded correctly although it declares another encoding."""
    data = page(f"<div id='zoom'>{BODY}</div>", "<meta charset='gb2312'>").decode().encode(encoding)
    assert lines(data) == PARAGRAPHS


def test_text_after_an_early_end_of_the_page_is_read() -> None:
    """A report after a premature closing html tag is read."""
    assert lines(page(f"</body></html><div id='zoom'>{BODY}</div>")) == PARAGRAPHS


@pytest.mark.parametrize("tag", ["div", "span", "b", "table><tr><td"])
def test_five_thousand_unclosed_tags_lose_no_text(tag: str) -> None:
    """Five thousand unclosed tags neither fail nor lose a character of the report."""
    text = "".join(lines(f"<html><body>{f'<{tag}>' * 5000}{BODY}".encode()))
    assert text == "".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (page(""), "navigation"),
        (page("<div id='zoom'></div>"), "navigation"),
        (page("<div id='zoom'><a href='/files/2019.pdf'>2019年报告.pdf</a></div>"), "only a file to download"),
        (
            b"<html><head><title>\xe8\xaf\xb7\xe7\xa8\x8d\xe5\x80\x99</title></head><body>\xe6\xad\xa3\xe5\x9c\xa8\xe9\xaa\x8c\xe8\xaf\x81</body></html>",
            "browser check",
        ),
        (b"<!-- -->", "page"),
        (
            b"<html><frameset rows='9,*'><frame src='main.html'></frameset></html>",
            "only frames another page, main.html",
        ),
        (page("<div id='zoom'><iframe src='/x/2019.html'></iframe></div>"), "only frames another page, /x/2019.html"),
        (b"<html><body><div id='app'></div><script src='a.js'></script></body></html>", "until a script fills it"),
    ],
)
def test_a_page_without_a_report_is_refused_with_its_kind(data: bytes, reason: str) -> None:
    """Navigation, download, browser check, frame and script pages are refused with a reason that names them."""
    with pytest.raises(UnreadableDocument, match=reason):
        read_html(data)
