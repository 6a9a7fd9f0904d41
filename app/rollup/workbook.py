"""A monthly report as an .xlsx: the sections on one sheet, the annex on the next.

The same report gives the same bytes: the file bears the time of its figures.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from app.core import i18n
from app.reports.layout import FONT
from app.reports.rules import Summary
from app.reports.workbook import OPTIONS, add_page, sheet_name
from app.rollup.wording import Section

Words = Sequence[tuple[str, str]]
LONGEST = 32_767


def build(table: Summary, parts: Sequence[Section], words: Words, notes: Sequence[str]) -> bytes:
    """The workbook: ``parts`` are the figures, ``words`` what people wrote, ``notes`` the foot."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    title = _("Report on the meetings of cells, %(month)s", month=i18n.month(table.month))
    book.set_properties({"title": title, "created": table.as_of})
    _report(book, table, title, (parts, words, notes))
    add_page(book, table, lambda message, **values: str(_(message, **values)))
    book.close()
    return target.getvalue()


def _report(book: Any, table: Summary, title: str, told: tuple[Any, Any, Any]) -> None:
    parts, words, notes = told
    page = book.add_worksheet(sheet_name(_("Report")))
    styles = _styles(book)
    page.set_column(0, 0, 52)
    page.set_column(1, 1, 16)
    page.set_column(2, 2, 34)
    for row, (text, style) in enumerate(
        ((table.superior.upper(), "plain"), (table.issuer.upper(), "bold"), ("", "plain"))
    ):
        page.write_string(row, 0, text[:LONGEST], styles[style])
    page.merge_range(3, 0, 3, 2, title, styles["title"])
    row = 5
    for part in parts:
        page.write_string(row, 0, part.title, styles["head"])
        for one in part.lines:
            row += 1
            for column, text in enumerate((one.label, one.value, one.hint)):
                page.write_string(row, column, text[:LONGEST], styles["cell"])
        row += 2
    for head, text in words:
        page.write_string(row, 0, head, styles["head"])
        page.merge_range(row + 1, 0, row + 1, 2, "", styles["words"])
        page.write_string(row + 1, 0, text[:LONGEST], styles["words"])
        page.set_row(row + 1, 15 * min(25, 2 + text.count("\n") + len(text) // 90))
        row += 3
    for note in notes:
        page.write_string(row, 0, note, styles["note"])
        row += 1
    _print_setup(page)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 12, "valign": "vcenter"}
    wrapped = {"text_wrap": True, "border": 1}
    looks: dict[str, dict[str, Any]] = {
        "plain": {},
        "bold": {"bold": True},
        "title": {"bold": True, "font_size": 14, "align": "center"},
        "head": {"bold": True},
        "cell": wrapped,
        "words": wrapped | {"valign": "top"},
        "note": {"italic": True},
    }
    return {name: book.add_format(base | look) for name, look in looks.items()}


def _print_setup(page: Any) -> None:
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.8, right=0.5, top=0.6, bottom=0.6)
    page.set_footer("&C&P/&N")
    page.hide_gridlines(2)
