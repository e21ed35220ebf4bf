"""A text that its file contains twice is read once."""

from __future__ import annotations

from nianbao.documents.text.duplicate_text import remove_repeated_text

BODY = [
    f"第{n}段：云汀市持续推进各项改革，全年完成重点任务{n}0项，比上年增加{n}项，群众满意度进一步提升，成效明显。"
    for n in range(1, 9)
]
TITLE = ["政府工作报告", "——2024年1月5日在云汀市第十五届人民代表大会第四次会议上"]


def test_one_copy_stays_with_its_title() -> None:
    """Of two copies of a text, the one below the title is kept, once."""
    assert remove_repeated_text(["各位代表：", *BODY, *TITLE, "各位代表：", *BODY, "结语"]) == [
        *TITLE,
        "各位代表：",
        *BODY,
        "结语",
    ]


def test_the_fuller_copy_stays() -> None:
    """If one copy lacks a paragraph, the complete one is kept."""
    assert remove_repeated_text([*BODY[:3], *BODY[4:], *TITLE, *BODY]) == [*TITLE, *BODY]


def test_a_text_that_repeats_a_line_is_left_alone() -> None:
    """A text in which a single line occurs twice is not changed."""
    lines = [*BODY, BODY[0], "结语"]
    assert remove_repeated_text(lines) == lines
