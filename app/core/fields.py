"""Form fields that read what people type and say in plain words what they cannot read."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field, IntegerField, SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation

from app.core import months, text, typed, widgets
from app.core.clock import OFFICE


class TypedField(Field):  # type: ignore[misc] # WTForms ships no types
    """A field whose text is read by ``read`` and shown by ``show``; what was typed is kept."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.show(self.data) if self.data is not None and self.data != "" else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; a message in plain words says how to write it otherwise."""
        if not valuelist:
            return
        given = text.nfc(valuelist[0])
        self.data = None
        if not given:
            # Blanks alone would pass as an answer to a question that needs one.
            self.raw_data = [""]
            return
        try:
            self.data = self.read(given)
        except (ValueError, OverflowError, ArithmeticError) as error:
            raise ValueError(self.complaint()) from error

    def read(self, given: str) -> Any:
        """The value of a text that is not empty; raises ``ValueError`` when it has none."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """The text of a value."""
        raise NotImplementedError

    def complaint(self) -> str:
        """What to tell people whose text cannot be read."""
        raise NotImplementedError


class DateField(TypedField):
    """A day as dd/MM/yyyy."""

    widget = widgets.PickerWidget("date")

    def read(self, given: str) -> date:
        """The day that was typed."""
        return typed.day(given)

    def show(self, value: date) -> str:
        """The day as dd/MM/yyyy."""
        return f"{value.day:02}/{value.month:02}/{value.year:04}"

    def complaint(self) -> str:
        """How to write a day."""
        return str(_("Not a valid date; write it like 25/10/2026."))


class MonthField(TypedField):
    """A month as MM/yyyy, held as its first day."""

    widget = widgets.PickerWidget("month")

    def read(self, given: str) -> date:
        """The first day of the month that was typed; a whole date gives its month."""
        try:
            return typed.sensible(months.parse(given))
        except ValueError:
            return months.first_of(typed.day(given))

    def show(self, value: date) -> str:
        """The month as MM/yyyy."""
        return f"{value.month:02}/{value.year:04}"

    def complaint(self) -> str:
        """How to write a month."""
        return str(_("Not a valid month; write it like 10/2026."))


class MomentField(TypedField):
    """A day and a time as dd/MM/yyyy HH:mm, to the minute.

    ``aware`` fields hold the moment in the office's zone; others hold what the wall clock says.
    """

    widget = widgets.PickerWidget("datetime")

    def __init__(self, *args: Any, aware: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aware = aware

    def read(self, given: str) -> datetime:
        """The moment that was typed."""
        moment = typed.moment(given)
        return moment.replace(tzinfo=OFFICE) if self.aware else moment

    def show(self, value: datetime) -> str:
        """The moment as dd/MM/yyyy HH:mm."""
        wall = value.astimezone(OFFICE) if value.tzinfo else value
        return f"{wall.day:02}/{wall.month:02}/{wall.year:04} {wall:%H:%M}"

    def complaint(self) -> str:
        """How to write a moment."""
        return str(_("Not a valid time; write it like 25/10/2026 19:30."))


class NumberField(TypedField):
    """A number with decimals, typed with a comma or a point.

    ``step`` is what it has to be a multiple of, ``scale`` how many decimals the column keeps,
    ``digits`` how many digits may stand before them.
    """

    widget = widgets.NumberWidget()

    def __init__(
        self,
        *args: Any,
        step: Decimal | None = None,
        scale: int | None = None,
        digits: int | None = None,
        into: Callable[[Decimal], Any] = Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.scale, self.digits, self.into = step, scale, digits, into

    def read(self, given: str) -> Any:
        """The number that was typed."""
        number = typed.number(given, self.scale)
        if self.step and number % self.step:
            raise ValueError(given)
        if self.scale is not None and number != round(number, self.scale):
            raise ValueError(given)
        if self.digits is not None and abs(number) >= 10**self.digits:
            raise ValueError(given)
        return self.into(number)

    def show(self, value: Any) -> str:
        """The number with the decimal mark of the language, without idle zeros."""
        plain = f"{Decimal(str(value)).normalize():f}"
        locale = get_locale()
        return plain.replace(".", ",") if locale is None or locale.language == "vi" else plain

    def complaint(self) -> str:
        """How to write such a number."""
        if self.step:
            return str(_("Write a number in steps of %(step)s.", step=self.show(self.step)))
        if self.scale == 0:
            return str(_("Write a whole number."))
        return str(_("Write a number, such as 7.5."))


class WholeField(IntegerField):  # type: ignore[misc] # WTForms ships no types
    """A whole number of a size that can be compared; its range is a validator's business."""

    LONGEST = 20

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; Python reads hundreds of digits, which no later check survives."""
        if valuelist and len(valuelist[0].strip()) > self.LONGEST:
            self.data = None
            raise ValueError(_("That number is too large."))
        super().process_formdata(valuelist)


class TermField(SelectField):  # type: ignore[misc] # WTForms ships no types
    """One of a closed list: members of an enumeration, shown by their translated values."""

    widget = widgets.TermWidget()

    def __init__(
        self, *args: Any, terms: Iterable[Any], blank: bool = False, **kwargs: Any
    ) -> None:
        self.terms = {_name(term): term for term in terms}
        self.blank = blank
        super().__init__(*args, choices=list(self.terms), coerce=_name, **kwargs)

    def process_data(self, value: Any) -> None:
        """Hold the member, whatever stands for it."""
        self.data = self.terms.get(_name(value)) if value is not None else None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Hold the member that was chosen; the blank choice means none."""
        if not valuelist:
            return
        self.data = self.terms.get(valuelist[0])
        if self.data is None and valuelist[0]:
            raise ValueError(_("Choose one from the list."))

    def iter_choices(self) -> Iterator[Choice]:
        """The choices in the language of the request."""
        if self.blank or self.data is None:
            yield Choice("", "", self.data is None, {})
        for name, term in self.terms.items():
            label = _(term.value) if isinstance(term, Enum) else str(term)
            yield Choice(name, label, term == self.data, {})

    def pre_validate(self, form: Any) -> None:
        """Membership has been checked while reading."""


class LookupField(Field):  # type: ignore[misc] # WTForms ships no types
    """A row of another table, found by typing instead of listing them all.

    ``get_row`` answers a key, as it came in the form, with the row or ``None`` when there is no
    such row in scope. ``table`` names the source at ``/lookup/<table>``.
    """

    widget = widgets.LookupWidget()

    def __init__(
        self,
        *args: Any,
        table: str,
        get_row: Callable[[str], Any],
        get_key: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.get_row = table, get_row
        self.get_key = get_key or (lambda row: row.id)
        self._unknown = False

    def chosen(self) -> list[tuple[str, str]]:
        """The key and the name of the chosen row, or nothing."""
        return [(str(self.get_key(self.data)), str(self.data))] if self.data is not None else []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Fetch the row by the key that was sent."""
        if not valuelist:
            return
        key = valuelist[0].strip()
        self.data = self.get_row(key) if key and "\0" not in key else None
        self._unknown = bool(key) and self.data is None

    def pre_validate(self, form: Any) -> None:
        """A row out of scope and one that never was get the same answer."""
        if self._unknown:
            raise StopValidation(_("Not found; choose one from the list."))


def _name(term: Any) -> str:
    return str(getattr(term, "name", term))
