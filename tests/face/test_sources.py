"""The sources of the face: one look on every screen, no inline code, nothing from elsewhere."""

import re
from pathlib import Path

import flask_appbuilder
import pytest

from tests.face.styles import classes, left_out
from tools.frontend import ICONS, VENDOR

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app" / "templates"
THEIRS = Path(flask_appbuilder.__file__).parent / "templates"


def ours() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_template_of_the_framework_has_ours_in_its_place() -> None:
    theirs = {path.relative_to(THEIRS) for path in THEIRS.rglob("*.html")}
    assert not theirs - {path.relative_to(TEMPLATES) for path in ours()}


@pytest.mark.parametrize("path", ours(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_holds_no_inline_code_and_stays_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.findall(r"<[^>]*\s(?:style|on[a-z]+)=", source)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", source)
    assert "fa fa-" not in source
    assert len(source.splitlines()) <= 110


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    named: set[str] = set()
    for path in ours():
        named |= set(re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    for path in (ROOT / "app").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"icon=\"(?:fa-|ti-)?([a-z0-9-]+)\"", source))
    assert named <= set(ICONS), f"add to ICONS in tools/frontend.py: {named - set(ICONS)}"


def test_no_class_that_is_put_together_from_parts_was_left_out_of_the_styles() -> None:
    """Whole names are found by whoever writes the sheet; of a beginning all must be there."""
    composed = set()
    for path in ours():
        for inside in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            composed |= set(re.findall(r"([a-z][\w-]*-)(?:\{[{%]|['\"] ?~)", inside))
    for path in (ROOT / "app" / "static" / "js").glob("*.js"):
        source = path.read_text(encoding="utf-8")
        composed |= set(re.findall(r"[\"'` ]([a-z][\w-]*-)(?:\$\{|[\"'] ?\+)", source))
    assert "alert-" in composed
    assert {one for one in left_out() if one.startswith(tuple(composed))} == set()


def test_the_styles_are_those_that_are_used() -> None:
    kept = classes(VENDOR / "tabler.min.css")
    assert {"btn-primary", "modal-backdrop", "alert-danger"} <= kept
    assert {"accordion-item", "carousel-dark"} <= left_out()


def test_our_scripts_make_no_code_from_text_and_call_nobody_outside() -> None:
    for path in (ROOT / "app" / "static" / "js").glob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|document\.write|https?://", source)


def test_no_style_asks_what_is_anywhere_on_a_page() -> None:
    """Browsers style the whole page anew for it with every piece of the page that comes."""
    for path in (ROOT / "app" / "static" / "css").glob("*.css"):
        if path.name != "print.css":
            found = re.findall(
                r"(?:html|body|:root|main)\S*:has\(", path.read_text(encoding="utf-8")
            )
            assert found == [], path.name


def test_no_style_of_ours_moves_the_mark_in_a_box() -> None:
    """Tabler draws it in ``::before``, as large as that is."""
    for path in (ROOT / "app" / "static" / "css").glob("*.css"):
        assert "form-check-input::before" not in path.read_text(encoding="utf-8")


def test_no_style_ties_a_page_to_one_way_of_holding_the_device() -> None:
    for path in (ROOT / "app" / "static" / "css").glob("*.css"):
        assert "orientation" not in path.read_text(encoding="utf-8")
