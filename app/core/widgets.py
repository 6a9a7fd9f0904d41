"""How form fields are drawn: look-ups, dates with a calendar button, Flask-AppBuilder's own."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from flask import url_for
from flask_appbuilder import fieldwidgets
from flask_appbuilder.models.base import BaseInterface
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.routing import BuildError
from wtforms import widgets
from wtforms.widgets import html_params


class LookupWidget:
    """A select that holds only the chosen row; ``fields.js`` finds the others by typing."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """The select, blank first, then the chosen row if there is one."""
        kwargs.setdefault("id", field.id)
        if "required" not in kwargs and "required" in getattr(field, "flags", []):
            kwargs["required"] = field.flags.required
        kwargs |= {
            "data_lookup_url": lookup_url(field.table),
            "data_none": _("Nothing found. Try other words."),
            "data_away": _(
                "This cannot be looked up now. Check the network; after a long pause sign in again"
                " in another tab."
            ),
            "placeholder": field.blank or _("Type to find"),
        }
        options = Markup('<option value="">{}</option>').format(field.blank)
        for key, text in field.chosen():
            options += Markup("<option {}>{}</option>").format(
                _safe(html_params(value=key, selected=True)), text
            )
        opening = _safe(html_params(name=field.name, **kwargs))
        return Markup("<select {}>{}</select>").format(opening, options)


class PickerWidget:
    """A text input for a date, with a button that opens the device's own calendar.

    ``type=date`` would follow the language of the browser, not of the application.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """The input and its button, which stays hidden where scripts do not run."""
        kwargs.setdefault("id", field.id)
        if "required" not in kwargs and "required" in getattr(field, "flags", []):
            kwargs["required"] = field.flags.required
        kwargs.setdefault("class", "form-control")
        kwargs.setdefault("placeholder", str(self._hint()))
        attributes = html_params(
            type="text",
            name=field.name,
            value=field._value(),
            inputmode="numeric" if self.kind == "date" else "text",
            autocomplete="off",
            data_kind=self.kind,
            data_wrong=field.complaint(),
            **kwargs,
        )
        button = html_params(
            type="button",
            class_="btn btn-icon",
            data_picker=True,
            hidden=True,
            aria_label=_("Open the calendar"),
        )
        return Markup('<div class="with-tool"><input {}><button {}>{}</button></div>').format(
            _safe(attributes), _safe(button), icon("calendar")
        )

    def _hint(self) -> str:
        hints = {
            "date": _("dd/mm/yyyy"),
            "datetime": _("dd/mm/yyyy hh:mm"),
            "month": _("mm/yyyy"),
        }
        return str(hints[self.kind])


class TermWidget(widgets.Select):  # type: ignore[misc] # WTForms ships no types
    """A select of a closed list."""

    def __call__(self, field: Any, **kwargs: Any) -> Any:
        """The select with its class, where the form gave none."""
        kwargs.setdefault("class", "form-select")
        return super().__call__(field, **kwargs)


class NumberWidget(widgets.TextInput):  # type: ignore[misc] # WTForms ships no types
    """A number as text, so that the decimal comma can be typed in every browser."""

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__()
        self.inputmode = "numeric" if whole else "decimal"

    def __call__(self, field: Any, **kwargs: Any) -> Any:
        """The input with the keypad that fits."""
        kwargs["class"] = f"{kwargs.get('class', 'form-control')} field-narrow"
        kwargs.setdefault("inputmode", self.inputmode)
        kwargs.setdefault("autocomplete", "off")
        return super().__call__(field, **kwargs)


def _safe(attributes: str) -> Markup:
    return Markup(attributes)  # noqa: S704 - html_params has escaped every value


def icon(name: str) -> Markup:
    """One icon of the sprite, hidden from screen readers."""
    href = url_for("static", filename="vendor/icons.svg")
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        href, name
    )


def lookup_url(table: str) -> str:
    """Where rows of ``table`` are found by typing."""
    try:
        return url_for("Lookup.find", table=table)
    except BuildError:
        return f"/lookup/{table}"


def install() -> None:
    """Make Flask-AppBuilder's own widgets obey the form templates. Twice changes nothing."""
    plain = {
        fieldwidgets.BS3TextFieldWidget: (widgets.TextInput, "form-control"),
        fieldwidgets.BS3TextAreaFieldWidget: (widgets.TextArea, "form-control"),
        fieldwidgets.BS3PasswordFieldWidget: (widgets.PasswordInput, "form-control"),
        fieldwidgets.Select2Widget: (widgets.Select, "form-select my_select2"),
        fieldwidgets.Select2ManyWidget: (widgets.Select, "form-select my_select2"),
    }
    for widget, (base, css_class) in plain.items():
        widget.__call__ = _obedient(base, css_class)
    if not getattr(BaseInterface._get_attr_value, "_keeps_terms", False):
        BaseInterface._get_attr_value = staticmethod(_keeping_terms(BaseInterface._get_attr_value))


def _keeping_terms(original: Callable[..., Any]) -> Callable[..., Any]:
    """FAB shows an enumeration's English value; the templates translate and mark the member."""

    def value_of(item: Any, column: str) -> Any:
        held = getattr(item, column, None)
        return held if isinstance(held, Enum) else original(item, column)

    value_of._keeps_terms = True  # type: ignore[attr-defined] # marks what install() did
    return value_of


def _obedient(base: Any, css_class: str) -> Callable[..., Any]:
    """FAB's widgets force their own class and repeat the label as a placeholder."""

    def call(self: Any, field: Any, **kwargs: Any) -> Any:
        given = kwargs.pop("class_", "") or kwargs.pop("class", "")
        invalid = " is-invalid" if "is-invalid" in given else ""
        kwargs["class"] = css_class + invalid
        if base is widgets.TextArea:
            kwargs.setdefault("rows", 4)
        if isinstance(self, fieldwidgets.Select2ManyWidget):
            kwargs["multiple"] = True
        return base.__call__(self, field, **kwargs)

    return call
