"""The summary table as an .xlsx in the layout of the office; pure: a table in, bytes out.

What people typed is written as text, never as a formula or a link.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter

from app.core.terms import N_
from app.reports.layout import FONT, Column, columns, styles
from app.reports.rules import NOT_HELD, Group, Line, Summary, Sums, add_up

Say = Callable[..., str]
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORBIDDEN = "[]:*?/\\"
HEAD_ROW = 6
"""The first of the two rows of column heads; above them the head of the document."""


def build(summary: Summary, say: Say) -> bytes:
    """The workbook of ``summary``; ``say`` translates."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": _title(summary, say)})
    add_page(book, summary, say)
    book.close()
    return target.getvalue()


def add_page(book: Any, summary: Summary, say: Say) -> None:
    """Add the table as a page to a workbook."""
    page = book.add_worksheet(sheet_name(f"{summary.month:%m-%Y}"))
    writer = _Writer(book, page, columns(summary), summary, say)
    writer.head()
    writer.column_heads()
    row = writer.body()
    writer.foot(row)
    writer.print_setup()


def sheet_name(title: str) -> str:
    """A name that a sheet may have: 31 characters, none of them forbidden."""
    plain = "".join("-" if letter in FORBIDDEN else letter for letter in title)
    return plain[:31].strip("' ") or "1"


def _title(summary: Summary, say: Say) -> str:
    return say(
        N_("Summary of the evaluation and rating of meetings of %(month)s"),
        month=f"{summary.month:%m/%Y}",
    )


class _Writer:
    """Writes one summary onto one page."""

    def __init__(
        self, book: Any, page: Any, cols: Sequence[Column], summary: Summary, say: Say
    ) -> None:
        self.page, self.cols, self.summary, self.say = page, cols, summary, say
        self.last = len(cols) - 1
        self.formats = {
            name: book.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter"} | extra)
            for name, extra in styles().items()
        }

    def head(self) -> None:
        """Superior and issuing body at the left, the Party at the right, the title below."""
        middle = self.last // 2
        left, right = (0, middle - 3), (middle + 1, self.last)
        self._merge(0, left, self.summary.superior.upper(), "plain")
        self._merge(1, left, self.summary.issuer.upper(), "bold")
        self._merge(2, left, "*", "plain")
        self._merge(0, right, self.say(N_("COMMUNIST PARTY OF VIETNAM")), "party")
        as_of = self.summary.as_of
        day = self.say(
            N_("……, %(day)s/%(month)s/%(year)s"),
            day=f"{as_of:%d}",
            month=f"{as_of:%m}",
            year=f"{as_of:%Y}",
        )
        self._merge(2, right, day, "italic")
        self._merge(4, (0, self.last), _title(self.summary, self.say).upper(), "title")
        self.page.set_row(4, 24)

    def column_heads(self) -> None:
        """Two rows of heads: those that share a head above stand under it."""
        place = 0
        while place <= self.last:
            column = self.cols[place]
            self.page.set_column(place, place, column.width)
            if not column.above:
                text = self._said(column)
                self.page.merge_range(
                    HEAD_ROW, place, HEAD_ROW + 1, place, text, self.formats["head"]
                )
                place += 1
                continue
            end = place
            while end <= self.last and self.cols[end].above == column.above:
                self.page.set_column(end, end, self.cols[end].width)
                head = self._said(self.cols[end])
                self.page.write_string(HEAD_ROW + 1, end, head, self.formats["head"])
                end += 1
            self._merge(HEAD_ROW, (place, end - 1), self.say(column.above), "head")
            place = end
        self.page.set_row(HEAD_ROW, 22)
        self.page.set_row(HEAD_ROW + 1, 44)

    def body(self) -> int:
        """Groups with their lines and sums, then the total; the first free row after them."""
        row, number = HEAD_ROW + 2, 0
        for group in self.summary.groups:
            row, number = self._group(row, number, group)
        self._sums(row, add_up(self.summary.lines), self.say(N_("Total")), "total")
        return row + 1

    def _group(self, row: int, number: int, group: Group) -> tuple[int, int]:
        self._merge(row, (0, self.last), group.name, "group")
        for line in group.lines:
            row, number = row + 1, number + 1
            self._write(row, self._values(number, line), "")
        row += 1
        self._sums(row, add_up(group.lines), self.say(N_("Subtotal")), "sum")
        return row + 1, number

    def _values(self, number: int, line: Line) -> list[Any]:
        rate = Fraction(line.attended or 0, line.due) if line.reported and line.due else None
        in_time = {True: "X", False: self.say(N_("late")), None: None}[line.in_time]
        return [
            number,
            line.name,
            line.members,
            line.met_on,
            line.type,
            line.due,
            line.attended,
            rate,
            line.excused,
            line.unexcused,
            line.minutes,
            line.speakers,
            line.self_points,
            line.official_points,
            line.gap,
            *("X" if line.rating == code else None for code, _name in self.summary.scale),
            line.sent_on,
            in_time,
            line.note,
        ]

    def _sums(self, row: int, sums: Sums, label: str, style: str) -> None:
        reported = self.say(
            N_("%(reported)s of %(cells)s cells reported"),
            reported=sums.reported,
            cells=sums.cells,
        )
        known = sums.counted > 0
        values = [
            None,
            label,
            sums.members,
            None,
            None,
            sums.due if known else None,
            sums.attended if known else None,
            sums.rate,
            sums.excused if known else None,
            sums.unexcused if known else None,
            None,
            None,
            sums.self_mean,
            sums.official_mean,
            None,
            *(sums.ratings.get(code, 0) if known else None for code, _name in self.summary.scale),
            None,
            sums.in_time if known else None,
            reported,
        ]
        self._write(row, values, f"_{style}")

    def _write(self, row: int, values: Sequence[Any], suffix: str) -> None:
        for place, (column, value) in enumerate(zip(self.cols, values, strict=True)):
            style = self.formats[column.style + suffix]
            if value is None or value == "":
                self.page.write_blank(row, place, None, style)
            elif isinstance(value, str):
                self.page.write_string(row, place, value[:32_767], style)
            elif isinstance(value, (int, float, Decimal, Fraction)):
                self.page.write_number(row, place, float(value), style)
            else:
                self.page.write_datetime(row, place, value, style)

    def foot(self, row: int) -> None:
        """How complete the table is, as of when, how it counts; then who signs."""
        sums = add_up(self.summary.lines)
        lines = [
            self.say(
                N_("%(reported)s of %(cells)s cells have reported; figures as of %(when)s."),
                reported=sums.reported,
                cells=sums.cells,
                when=f"{self.summary.as_of:%H:%M %d/%m/%Y}",
            ),
            self.say(N_("Rates of several cells are weighted: all present over all due.")),
        ]
        if sums.not_held:
            lines.insert(1, self.say(NOT_HELD, cells=sums.not_held))
        if self.summary.policies:
            named = "; ".join(self.summary.policies)
            lines.append(self.say(N_("Attendance counted by: %(policies)s."), policies=named))
        for number, text in enumerate(lines, row + 1):
            self._merge(number, (0, self.last), text, "foot")
        signed = row + len(lines) + 2
        middle = self.last // 2
        self._merge(signed, (0, middle - 3), self.say(N_("PREPARED BY")), "bold")
        signer = self.say(N_("ON BEHALF OF THE COMMITTEE"))
        self._merge(signed, (middle + 1, self.last), signer, "bold")

    def print_setup(self) -> None:
        """A4 across, one page wide, heads on every page, heads and names always in sight."""
        page = self.page
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        page.repeat_rows(HEAD_ROW, HEAD_ROW + 1)
        page.freeze_panes(HEAD_ROW + 2, 2)
        page.set_footer("&C&P/&N")
        page.hide_gridlines(2)

    def _said(self, column: Column) -> str:
        return column.head if column.is_name else self.say(column.head)

    def _merge(self, row: int, place: tuple[int, int], text: str, style: str) -> None:
        first, last = place
        shown = text[:32_767]
        if first == last:
            self.page.write_string(row, first, shown, self.formats[style])
        else:
            # An empty string first: merge_range would read "=…" as a formula.
            self.page.merge_range(row, first, row, last, "", self.formats[style])
            self.page.write_string(row, first, shown, self.formats[style])
