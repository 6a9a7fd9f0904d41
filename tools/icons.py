"""Draws the pictures of the installed application from our own logo, with Chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "app" / "static" / "img"
SPRITE = IMAGES.parent / "vendor" / "icons.svg"
GROUND = "#0e6b5c"
SVG = "{http://www.w3.org/2000/svg}"
SHORTCUTS = ("list-check", "layout-dashboard")


def main() -> None:
    """Draw every picture anew."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("icons: Chromium is missing")
    logo = (IMAGES / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as running:
        page = running.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        for size in (192, 512):
            draw(page, logo, f"icon-{size}.png", size)
            # A device cuts its own shape out of these: the sign stays in the middle.
            draw(page, logo, f"maskable-{size}.png", size, ground=GROUND, share=0.8)
        draw(page, logo, "apple-touch-icon.png", 180, ground=GROUND, share=0.9)
        for name in SHORTCUTS:
            draw(page, symbol(name), f"shortcut-{name}.png", 96, ground=GROUND, share=0.55)


def draw(
    page: Page, svg: str, name: str, size: int, *, ground: str = "transparent", share: float = 1
) -> None:
    """Write one square picture: ``svg`` over ``share`` of a ground of that colour."""
    page.set_viewport_size({"width": size, "height": size})
    inner = round(size * share)
    page.set_content(
        f"<style>body{{margin:0;height:{size}px;display:grid;place-items:center;"
        f"background:{ground}}}svg{{width:{inner}px;height:{inner}px;display:block}}</style>{svg}"
    )
    page.screenshot(path=IMAGES / name, omit_background=True)
    print(f"icons: {name} {(IMAGES / name).stat().st_size} bytes")


def symbol(name: str) -> str:
    """A symbol of the sprite as a picture of its own, in white."""
    found = ElementTree.parse(SPRITE).getroot().find(f"{SVG}symbol[@id='{name}']")  # noqa: S314 - our own file
    if found is None:
        sys.exit(f"icons: the sprite has no {name}")
    ElementTree.register_namespace("", SVG.strip("{}"))
    inner = "".join(ElementTree.tostring(child, encoding="unicode") for child in found)
    style = 'fill="none" stroke="#fff" stroke-width="1.75" stroke-linecap="round"'
    return f'<svg xmlns="{SVG.strip("{}")}" viewBox="0 0 24 24" {style}>{inner}</svg>'


if __name__ == "__main__":
    main()
