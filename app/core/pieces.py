"""Small pieces that pages are made of by the hundred: a template's macro costs many times more."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from functools import cache, lru_cache
from numbers import Number
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_datetime, format_decimal, format_number
from flask_babel import gettext as _
from jinja2 import Undefined
from markupsafe import Markup, escape

MOST_TAGS = 8
SHORT_TAG = 14
"""A tag of so many letters stays on one line; a longer one may take two."""

_WHOLE = {"phone"}
_ROOMY = {"owner"}

# Names of Font Awesome that Flask-AppBuilder's own menu and buttons use.
_RENAMED = {
    **{"cogs": "settings", "cog": "settings", "group": "users-group", "bar-chart": "chart-bar"},
    **{"bar-chart-o": "chart-bar", "pencil-square-o": "edit", "save": "device-floppy"},
    **{"sign-in": "login", "sign-out": "logout", "envelope": "mail", "file": "file"},
    **{"dashboard": "layout-dashboard", "folder-open-o": "folder", "comments": "messages"},
    **{"minus-circle": "circle-minus", "plus-circle": "circle-plus", "th": "grid-dots"},
    **{"leaf": "circle", "minus-square-o": "square", "check-square-o": "square-check"},
    **{"user-circle-o": "user-circle", "cubes": "packages", "": "point"},
}


def register(app: Flask) -> None:
    """Give templates the pieces; ``macros/ui.html`` hands them on under their own names."""
    app.jinja_env.globals.update(
        piece_icon=icon,
        piece_value=value,
        piece_moment=moment,
        piece_tag=tag,
        piece_cell=cell,
        piece_columns=columns,
    )


def icon(name: str | None, css: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers; names of Font Awesome are understood."""
    app: Any = current_app
    return _icon(_sprite(app._get_current_object(), request.script_root), name or "", css)


@lru_cache(maxsize=8)
def _sprite(_app: Flask, _root: str) -> str:
    """The address of the icons: a page asks for it a hundred times."""
    return url_for("static", filename="vendor/icons.svg")


@cache
def _icon(sprite: str, name: str, css: str) -> Markup:
    bare = name.replace("fa-", "").replace("ti-", "").replace("fa ", "").strip()
    drawn = Markup('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>')
    return drawn.format(css, sprite, _RENAMED.get(bare, bare))


def value(held: Any, column: str = "") -> Any:
    """A value of any column, as people read it."""
    if held is None or held == "" or isinstance(held, Undefined):
        return Markup('<span class="text-secondary" aria-label="{}">—</span>').format(_("none"))
    if isinstance(held, str) or hasattr(held, "__html__"):
        return held
    if isinstance(held, Enum):
        return tag(_(held.value), getattr(held, "tone", ""))
    if isinstance(held, bool):
        yes = icon("check") + _("Yes") if held else None
        return tag(yes, "ok") if yes else tag(_("No"))
    if isinstance(held, date | time):
        return moment(held, column)
    if isinstance(held, Number):
        return format_number(held) if isinstance(held, int) else format_decimal(held)
    return _tags(held) if isinstance(held, Sequence) else held


def moment(held: Any, column: str = "") -> Markup | str:
    """A day, a month or a time; aware ones in the office's zone, naive ones as they are."""
    if isinstance(held, time):
        return f"{held:%H:%M}"
    if isinstance(held, datetime):
        zoned = held.tzinfo is not None
        text = format_datetime(held, "dd/MM/yyyy HH:mm") if zoned else f"{held:%d/%m/%Y %H:%M}"
    else:
        is_month = column == "month" or column.endswith("_month")
        text = f"{held:%m/%Y}" if is_month else f"{held:%d/%m/%Y}"
    return Markup('<time datetime="{}">{}</time>').format(held.isoformat(), text)


def tag(text: Any, tone: str = "", symbol: str = "") -> Markup:
    """Words in a coloured frame: they carry the meaning, the tone only repeats it."""
    css = [f"tag-{tone}"] if tone else []
    if not hasattr(text, "__html__"):
        css.append("tag-short" if len(str(text)) <= SHORT_TAG else "tag-long")
    return Markup('<span class="tag {}">{}{}</span>').format(
        " ".join(css), icon(symbol) if symbol else "", text
    )


def _tags(held: Sequence[Any]) -> Markup:
    if not held:
        return Markup('<span class="tags"><span class="text-secondary">—</span></span>')
    shown = Markup("").join(
        Markup('<span class="tag">{}</span>').format(one) for one in held[:MOST_TAGS]
    )
    rest = held[MOST_TAGS:]
    if rest:
        named = ", ".join(str(one) for one in rest)
        shown += Markup(' <span class="tag" title="{}">+{}</span>').format(named, len(rest))
    return Markup('<span class="tags">{}</span>').format(shown)


def cell(held: Any, column: str, formatters: dict[str, Callable[[Any], Any]] | None) -> Markup:
    """A value through the view's formatter; truths and terms keep their mark."""
    formatter = (formatters or {}).get(column)
    if formatter is None or held is None or isinstance(held, bool | Enum):
        return escape(value(held, column))
    text = formatter(held)
    if type(text) is int and not column.endswith("id"):
        # What counts is grouped; what names a row is not.
        return escape(format_number(text))
    if isinstance(held, datetime) and isinstance(text, str) and text.count(" ") > 1:
        # The weekday may stand on a line of its own, day and hour stay together.
        before, day, hour = text.rsplit(" ", 2)
        when = Markup('<span>{} <span class="cell-when">{} {}</span></span>')
        return when.format(before, day, hour)
    return escape(text)


def columns(
    names: Sequence[str], labels: Mapping[str, Any], numeric: Collection[str] | None
) -> list[tuple[str, str, str]]:
    """Of each column of a table: its name, its label in words, the class of its cells."""
    found = []
    for number, name in enumerate(names):
        css = ["cell-first"] if number == 0 else []
        css += ["cell-number"] if name in (numeric or ()) else []
        css += ["cell-whole"] if name in _WHOLE else []
        css += ["cell-roomy"] if name in _ROOMY else []
        found.append((name, str(labels.get(name)), " ".join(css)))
    return found
