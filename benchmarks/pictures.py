"""Screenshots of the README, taken from the atlas of the bundled reports: `python -m benchmarks.pictures`.

Run `make run` first. The screenshots are written to docs/images.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.browser import CHROMIUM, open_browser
from benchmarks.measuring import REPO_ROOT

IMAGES = REPO_ROOT / "docs" / "images"


def main(
    atlas: Annotated[Path, typer.Argument(help="Folder of the atlas.", show_default="data/curated/atlas")] = (
        REPO_ROOT / "data" / "curated" / "atlas"
    ),
) -> None:
    """Take the screenshots of the README from an atlas."""
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    if not (atlas / "index.html").is_file():
        sys.exit(f"no atlas in {atlas}; create it with `make run`")
    IMAGES.mkdir(exist_ok=True)
    with open_browser() as browser:
        for locale, suffix in (("en-GB", ""), ("zh-CN", ".zh")):
            page = browser.new_page(viewport={"width": 1280, "height": 720}, locale=locale)
            page.goto((atlas / "index.html").resolve().as_uri())
            page.fill("#q", "行政复议")
            page.click("#results a[href*='i/reconsideration_accepted']")
            page.screenshot(path=IMAGES / f"indicator{suffix}.png")
            page.click("table.ranked td a")
            page.screenshot(path=IMAGES / f"sentence{suffix}.png")
    for picture in sorted(IMAGES.glob("*.png")):
        print(f"{picture.relative_to(REPO_ROOT)}: {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    typer.run(main)
