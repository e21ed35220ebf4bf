"""The pictures of the README, made by the program itself: `python -m benchmarks.pictures` after `make run`.

It opens the atlas of the bundled reports in headless Chromium and writes docs/images/*.png.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.browser import CHROMIUM, open_browser

HOUSE = Path(__file__).parent.parent
IMAGES = HOUSE / "docs" / "images"


def main(atlas: Path) -> None:
    """Draw the pictures of one atlas. Ends with a line where there is no browser or no atlas."""
    if CHROMIUM is None or not (atlas / "index.html").is_file():
        sys.exit(f"{'no Chromium here' if CHROMIUM is None else f'no atlas in {atlas}: make it with `make run`'}")
    IMAGES.mkdir(exist_ok=True)
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 720})
        page.goto((atlas / "index.html").resolve().as_uri())
        page.fill("#q", "行政复议")
        page.click("#results a[href*='i/reconsideration_accepted']")
        page.screenshot(path=IMAGES / "indicator.png")
        page.click("table.ranked td a")
        page.screenshot(path=IMAGES / "sentence.png")
    for picture in sorted(IMAGES.glob("*.png")):
        print(f"{picture.relative_to(HOUSE)}: {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HOUSE / "data" / "curated" / "atlas")
