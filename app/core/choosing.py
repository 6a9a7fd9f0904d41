"""Form fields in which people choose: one of a closed list, or a row found by typing."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation

from app.core import widgets


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

    def offer(self, terms: Iterable[Any]) -> None:
        """Show only these from now on, in this order, and what is chosen already."""
        names = [
            *map(_name, terms),
            *(name for name, term in self.terms.items() if term == self.data),
        ]
        self.terms = {name: self.terms[name] for name in names if name in self.terms}

    def narrow(self, url: str, *, by: Iterable[str]) -> None:
        """Ask ``url`` which choices fit, as soon as one of the fields named ``by`` changes."""
        self.render_kw = {"data-narrow-url": url, "data-narrow-by": " ".join(by)}


class LookupField(Field):  # type: ignore[misc] # WTForms ships no types
    """A row of another table, found by typing instead of listing them all.

    ``get_row`` answers a key, as it came in the form, with the row or ``None`` when there is no
    such row in scope. ``table`` names the source at ``/lookup/<table>``, ``blank`` says what an
    empty field stands for, if for anything.
    """

    widget = widgets.LookupWidget()

    def __init__(
        self,
        *args: Any,
        table: str,
        get_row: Callable[[str], Any],
        get_key: Callable[[Any], Any] | None = None,
        blank: Any = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.get_row, self.blank = table, get_row, blank
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
