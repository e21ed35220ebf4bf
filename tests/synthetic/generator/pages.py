"""Pages around a report as four content systems of government sites write them: menus, metadata, counters, footers.

The templates are in `pages_html/`, with `$title`, `$body` and so on as placeholders. The markup of paragraphs differs
between systems as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from string import Template

_FOLDER = Path(__file__).parent / "pages_html"
SYSTEMS = ("trs", "jpage", "nfcms", "gkmlpt")
_MENU = ("首页", "要闻动态", "政务公开", "办事服务", "互动交流", "专题专栏", "走进{place}")
_LINKS = (
    "领导之窗", "政策文件", "政策解读", "规划计划", "统计公报", "财政预决算", "应急管理", "社会保障", "教育医疗",
    "食品药品", "生态环境", "营商环境", "建议提案", "人事信息", "信用公示", "回应关切", "网上信访", "民意征集",
)  # fmt: skip
_NEIGHBOURS = ("部门动态", "通知公告", "政策图解", "新闻发布会", "在线访谈")
_TRS_PARAGRAPH = (
    '<p style="text-align: justify;line-height: 150%;"><span style="font-family: 仿宋_GB2312;font-size: 16pt;">'
    "<span>&nbsp;&nbsp;&nbsp;&nbsp;</span><span>{}</span></span></p>"
)


@dataclass(frozen=True, slots=True)
class Article:
    """Content of a page; paragraphs are markup, and tables are inserted as they are."""

    place: str
    code: str
    title: str
    column: str
    posted: str
    serial: int
    url: str
    note: str
    number: str | None
    paragraphs: Sequence[str]


def page(system: str, article: Article, random: Random) -> str:
    """Return the HTML of an article in a system."""
    return _template(system).substitute(
        title=article.title,
        column=article.column,
        place=article.place,
        code=article.code,
        posted=article.posted,
        serial=article.serial,
        index=f"{article.posted[:4]}-{article.serial % 100000:05}",
        number=article.number or "无",
        metas=_metas(article),
        menu=_menu(article.place, article.code),
        body="\n".join(
            text if text.startswith("<table") else _marked_up(system, text, random) for text in article.paragraphs
        ),
        below=_below(article, random),
        visits=random.randint(100, 99999),
        # Some real pages have a closing tag before their text.
        early="</html>" if random.random() < 0.3 else "",
        # The bytes are GBK whatever the label says.
        label=random.choice(("gb2312", "gb2312", "utf-8")),
    )


def navigation(place: str, code: str) -> str:
    """Return a page of links only."""
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{place}</title></head>"
    return f"{head}<body>{_menu(place, code)}</body></html>"


def _marked_up(system: str, text: str, random: Random) -> str:
    """Return one paragraph, indented as the system's editor does it."""
    if system == "trs":
        empty = "\n<p><span><o:p></o:p></span></p>" if random.random() < 0.05 else ""
        return _TRS_PARAGRAPH.format(text) + empty
    if system == "jpage":
        return f'<p style="text-indent: 2em; line-height: 2;">&nbsp; &nbsp; {text}</p>'
    if system == "nfcms":
        return f"<p>　　{text}</p>"
    return f'<p style="text-indent: 2em;">{text}</p>' if random.random() < 0.9 else f"<div>{text}<br></div>"


def _metas(article: Article) -> str:
    """Return the meta elements that the rules for government sites require."""
    metadata = {
        "SiteName": f"{article.place}人民政府门户网站",
        "SiteDomain": "example.invalid",
        "SiteIDCode": f"{article.code}0001",
        "ColumnName": article.column,
        "ColumnType": "政务公开",
        "ArticleTitle": article.title,
        "PubDate": f"{article.posted} 10:20",
        "ContentSource": f"{article.place}人民政府办公室",
        "Keywords": article.column,
        "Description": article.note,
        "Url": article.url,
    }
    return "\n".join(f'<meta name="{name}" content="{value}" />' for name, value in metadata.items())


@lru_cache(maxsize=64)
def _menu(place: str, code: str) -> str:
    """Return two levels of links, as many as real sites have."""
    columns = []
    for index, name in enumerate(_MENU):
        rows = "".join(
            f'<li><a href="/{code}/c{index:02}/s{n:02}/index.html" title="{link}">{link}</a></li>'
            for n, link in enumerate(_LINKS[index:] + _LINKS[:index])
        )
        link = f'<a href="/{code}/c{index:02}/">{name.format(place=place)}</a>'
        columns.append(f'<li class="nav-item">{link}<ul>{rows}</ul></li>')
    return '<div class="nav-main"><ul class="nav-list">' + "\n".join(columns) + "</ul></div>"


def _below(article: Article, random: Random) -> str:
    """Return what follows the text: neighbouring pages, a side column with other numbers, the footer."""
    days = (f"{article.posted[:4]}-0{random.randint(1, 9)}-{random.randint(10, 28)}" for _ in _NEIGHBOURS)
    rows = "".join(
        f'<li><a href="#" title="{title}">{title}</a><span>{day}</span></li>'
        for title, day in zip(_NEIGHBOURS, days, strict=True)
    )
    records = f"备案号：虚ICP备0{random.randint(1000000, 9999999)}号　联系电话：0990-{random.randint(6000000, 6999999)}"
    return "\n".join(
        (
            '<div class="related"><p>上一篇：关于发布年度目录的通知</p><p>下一篇：没有了</p></div>',
            f'<div class="side-box"><ul>{rows}</ul></div>',
            f'<div class="footer"><p>主办：{article.place}人民政府办公室　网站标识码：{article.code}0001</p>',
            f"<p>{records}</p></div>",
        )
    )


@cache
def _template(system: str) -> Template:
    return Template((_FOLDER / f"{system}.html").read_text("utf-8"))
