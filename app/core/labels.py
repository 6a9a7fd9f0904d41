"""How columns are called and how their values look on generated screens."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from app.core import acting, i18n
from app.core.terms import N_

LABELS: dict[str, str] = {}
HELP: dict[str, str] = {}
HEADS: dict[str, str] = {}


def add_labels(**labels: str) -> None:
    """Say once how columns are called, in English; the catalogue translates.

    Raises ``ValueError`` when a name means something else elsewhere: label that one in its view.
    """
    _add(LABELS, labels)


def add_heads(**labels: str) -> None:
    """Say once, in fewer words than on a form, what stands over a column of a list.

    A view's own ``head_columns`` come first. Raises ``ValueError`` as ``add_labels`` does.
    """
    _add(HEADS, labels)


def heads(columns: Iterable[str]) -> dict[str, Any]:
    """The translated short head of each of ``columns`` that has one."""
    return {name: lazy_gettext(HEADS[name]) for name in columns if name in HEADS}


def add_help(**lines: str) -> None:
    """Say once what is to be entered in a field that many forms have: why, from which source.

    A view's own ``description_columns`` come first. Raises ``ValueError`` as ``add_labels`` does.
    """
    _add(HELP, lines)


def _add(known: dict[str, str], said: Mapping[str, str]) -> None:
    for column, words in said.items():
        if known.setdefault(column, words) != words:
            raise ValueError(f"{column} is {known[column]!r} already, not {words!r}")


def helps(columns: Iterable[str]) -> dict[str, Any]:
    """The translated line of help for each of ``columns`` that has one."""
    return {name: lazy_gettext(HELP[name]) for name in columns if name in HELP}


def label(column: str) -> Any:
    """The translated label of a column; dotted names use their last part."""
    return lazy_gettext(english(column))


def english(column: str) -> str:
    """The English label of a column, its msgid."""
    known = LABELS.get(column) or LABELS.get(column.rsplit(".", 1)[-1])
    return known or column.rsplit(".", 1)[-1].replace("_", " ").capitalize()


def shown(value: Any) -> Any:
    """``value`` as a person reads it in the language of the request."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Enum):
        return gettext(value.value)
    if isinstance(value, datetime):
        return i18n.datetime_vi(value)
    if isinstance(value, date):
        return i18n.date_vi(value)
    if isinstance(value, Decimal):
        return i18n.number(value, 1)
    return value


def month(value: date | None) -> str:
    """A month as "10/2026"."""
    return f"{value:%m/%Y}" if value else "—"


_APART = Markup(
    '<span>{}<small class="cell-above"><span class="visually-hidden"> · </span>{}</small></span>'
)


def shown_unit(unit: Any) -> Any:
    """A unit by its name and, where lists have read it, what is above it: cells are named alike.

    Who acts at the unit above knows which of them it is.
    """
    above = _apart(getattr(unit, "__dict__", {}).get("parent"))
    return _APART.format(unit, above) if above else shown(unit)


def shown_doer(name: str | None) -> Any:
    """Who did something, by the name of the account; what is done by itself has none."""
    return gettext("by itself") if name == "system" else shown(name)


def told_apart(row: Any) -> str:
    """A row by its name and, where that begins with its unit's, what is above the unit."""
    name, unit = str(row), getattr(row, "unit", None)
    above = _apart(unit.parent) if unit and name.startswith(unit.short_name) else ""
    return f"{name} · {above}" if above else name


def _apart(above: Any) -> str:
    """What tells a unit below ``above`` apart from those of others, or ""."""
    who = acting.acting()
    return "" if above is None or (who and who.unit_id == above.id) else str(above.short_name)


def formatters(datamodel: Any, columns: Iterable[str]) -> dict[str, Callable[[Any], Any]]:
    """A formatter for every column: months short, units with what is above, all else by type."""
    special: dict[str, Callable[[Any], Any]] = {"month": month, "unit": shown_unit}
    special |= dict.fromkeys(("username", "opened_by", "touched_by"), shown_doer)
    return {name: special.get(name, shown) for name in columns}


add_labels(
    id=N_("Number"),
    unit=N_("Unit"),
    month=N_("Month"),
    version=N_("Version"),
)
