"""Lists as workbooks: what is on the screen, with real types, and a note of how complete it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import clock, columns, i18n
from app.core.text import fold, nfc

MOST = 50_000
"""No more rows than this in one file; the note says so."""
SAMPLE = 200
"""So many rows decide how wide the columns are."""
WIDEST, LONGEST = 60, 32_767
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
"""What people typed is text, whatever it begins with."""
FORMATS = {"day": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm", "month": "mm/yyyy"}
Cell = tuple[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table to be written: ``rows`` of values in the order of ``heads``, and notes below.

    ``notes`` is asked when the rows are written, with their number. ``months`` are the columns
    that hold months.
    """

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Callable[[int], Sequence[str]] = lambda _count: ()
    months: frozenset[int] = frozenset()


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as one .xlsx; rows are written as they come, so that memory stays small."""
    target, taken = BytesIO(), set[str]()
    book = xlsxwriter.Workbook(target, SAFE | {"constant_memory": True})
    styles = {name: book.add_format({"num_format": form}) for name, form in FORMATS.items()}
    styles |= {
        "head": book.add_format({"bold": True, "bg_color": "#E3F1ED", "border": 1}),
        "note": book.add_format({"italic": True}),
    }
    for sheet in sheets:
        _write(book.add_worksheet(sheet_name(sheet.title, taken)), sheet, styles)
    book.close()
    return target.getvalue()


def _write(page: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    rows = iter(sheet.rows)
    sample = [_cells(row, sheet.months) for row in islice(rows, SAMPLE)]
    for column, head in enumerate(sheet.heads):
        longest = max((_length(cells[column]) for cells in sample), default=0)
        page.set_column(column, column, min(max(len(head), longest) + 2, WIDEST))
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, styles["head"])
    count = 0
    for cells in _chained(sample, rows, sheet.months):
        count += 1
        for column, (kind, value) in enumerate(cells):
            write_cell(page, count, column, kind, value, styles.get(kind))
    if count:
        page.autofilter(0, 0, count, len(sheet.heads) - 1)
    for line, note in enumerate(sheet.notes(count), count + 2):
        page.write_string(line, 0, note, styles["note"])


def _chained(
    sample: list[list[Cell]], rows: Iterator[Sequence[Any]], months: frozenset[int]
) -> Iterator[list[Cell]]:
    yield from sample
    for row in rows:
        yield _cells(row, months)


def _cells(row: Sequence[Any], months: frozenset[int]) -> list[Cell]:
    return [typed(value, month=column in months) for column, value in enumerate(row)]


def typed(value: Any, *, month: bool = False) -> Cell:
    """The kind of cell that holds ``value``, and the value as the workbook takes it."""
    if value is None or value == "":
        return "blank", None
    if isinstance(value, bool):
        return "text", _("Yes") if value else _("No")
    if isinstance(value, Enum):
        return "text", _(str(value.value))
    if isinstance(value, datetime):
        wall = value.astimezone(clock.OFFICE) if value.tzinfo else value
        return "moment", wall.replace(tzinfo=None)
    if isinstance(value, date):
        return ("month" if month else "day"), value
    if isinstance(value, (int, float, Decimal, Fraction)):
        return "number", float(value) if isinstance(value, Fraction) else value
    return "text", _undressed(value)[:LONGEST]


def write_cell(page: Any, row: int, column: int, kind: str, value: Any, style: Any) -> None:
    """Write one cell by its kind; text is never read as a formula, a link or a number."""
    if kind == "blank":
        page.write_blank(row, column, None, style)
    elif kind == "number":
        page.write_number(row, column, value, style)
    elif kind in FORMATS:
        page.write_datetime(row, column, value, style)
    else:
        page.write_string(row, column, value, style)


def _length(cell: Cell) -> int:
    kind, value = cell
    return {"day": 10, "moment": 16, "month": 8, "blank": 0}.get(kind, len(str(value)))


def sheet_name(title: str, taken: set[str] | None = None) -> str:
    """A name that a sheet may have: 31 characters, none of them forbidden, unlike the ``taken``."""
    used = set() if taken is None else taken
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in nfc(title))
    plain = " ".join(plain.split())[:31].strip("' ") or "1"
    name, number = plain, 1
    while name.casefold() in used or name.casefold() == "history":
        number += 1
        end = f" {number}"
        name = plain[: 31 - len(end)].rstrip() + end
    used.add(name.casefold())
    return name


def attachment(data: bytes, name: str) -> Response:
    """The workbook as a download called ``name``.xlsx, in letters that every browser knows."""
    plain = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(name)).split())
    shown = quote(" ".join(nfc(name).replace("/", "-").split()) + ".xlsx", safe="")
    answer = Response(data, mimetype=MIME)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain or 'nep'}.xlsx\"; filename*=UTF-8''{shown}"
    )
    return answer


def of_list(view: Any) -> Response:
    """The list of a generated screen as it is shown: its columns, filters, search and order."""
    now = clock.wall()
    names = columns.shown(view)
    heads = [str(view.label_columns.get(column, column)) for column in names]

    def notes(count: int) -> list[str]:
        found = [_("%(count)s rows, as of %(now)s", count=count, now=i18n.datetime_vi(now))]
        if count == MOST:
            found.append(
                _(
                    "The list may go on: a file holds %(most)s rows at most. Filter the list to"
                    " get the others.",
                    most=i18n.number(MOST),
                )
            )
        return found

    title = str(view.list_title)
    months = frozenset(place for place, name in enumerate(names) if name == "month")
    rows = (
        [_shown(view, column, value) for column, value in zip(names, values, strict=True)]
        for values in _rows(view, names)
    )
    with view.readable():
        data = workbook([Sheet(title, heads, rows, notes, months)])
    return attachment(data, f"{title} {now:%Y-%m-%d %H%M}")


def _rows(view: Any, names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The rows of the list in its order, at most ``MOST``, fetched some at a time."""
    table, order = view.datamodel, view.order_asked()
    found = table.apply_all(
        table.session.query(table.obj),
        view.narrowed(view._filters),
        order.column,
        order.direction,
    )
    # Nothing holds the rows once they are written, so that a long list fills no memory.
    for item in found.limit(MOST).yield_per(500):
        yield table.get_values_item(item, names)


def _shown(view: Any, column: str, value: Any) -> Any:
    """Plain values as they are; others as the screen says them, without their dress."""
    if column in view.utc_columns and isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if value is None or isinstance(value, (str, Enum, date, int, float, Decimal, Fraction)):
        return value
    formatter = view.formatters_columns.get(column)
    return _undressed(formatter(value) if formatter else value)


def _undressed(value: Any) -> str:
    """A text; what comes as HTML loses its tags, what people typed stays as it is."""
    return value.striptags() if isinstance(value, Markup) else str(value)
