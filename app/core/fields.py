"""Form fields that read what people type and say in plain words what they cannot read."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field, IntegerField

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
