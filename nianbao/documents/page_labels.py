"""Read the labels above a report (发布日期, 成文日期, 发文字号, 发布机构), in a table or in lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_VALUE_OF_TIME = r"[:：\t]{1,2}(?P<value>(?:19|20)\d{2}.{4,22})"
# The day of posting; `_TIMED` is a less specific label.
_POSTED = re.compile(rf"(?:发布时间|发布日期|公开日期|发文日期|发稿时间|更新时间){_VALUE_OF_TIME}")
_TIMED = re.compile(rf"(?<![\u4e00-\u9fff])(?:时间|日期){_VALUE_OF_TIME}")
_SIGNED = re.compile(rf"(?:成文日期|成文时间|印发日期|生成日期|签发日期){_VALUE_OF_TIME}")
_NUMBERED = re.compile(r"(?:发文字号|文\s*号)[:：\t]{1,2}(?P<value>[^\t\n]{4,40})")
_TITLED = re.compile(r"(?:标\s*题|名\s*称|信息名称)[:：\t]{1,2}(?P<value>[^\t\n]{6,120})")
_PUBLISHER = re.compile(r"(?:发文机关|发布机构|发文机构)[:：\t]{1,2}(?P<value>[^\t\n]{2,40})")


@dataclass(frozen=True, slots=True)
class Labels:
    """The values of the labels, as printed; None for a missing label."""

    title: str | None
    posted: str | None
    signed: str | None
    publisher: str | None
    number: str | None


def read_labels(lines: Sequence[str]) -> Labels:
    r"""Return the labels in the lines above a report; a line may hold several, separated by tabs.

    >>> labels = read_labels(["索引号：\t1\t发文字号：\t云府〔2020〕2号", "成文日期：2020年1月9日"])
    >>> labels.number, labels.signed
    ('云府〔2020〕2号', '2020年1月9日')
    """
    text = "\n".join(lines)

    def value(pattern: re.Pattern[str]) -> str | None:
        match = pattern.search(text)
        return match["value"].split("\t")[0].strip() if match else None

    return Labels(
        title=value(_TITLED),
        posted=value(_POSTED) or value(_TIMED),
        signed=value(_SIGNED),
        publisher=value(_PUBLISHER),
        number=value(_NUMBERED),
    )
