"""Form fields of criteria sets: types of meeting to tick, levels to write line by line."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, TextAreaField, widgets
from wtforms.fields.choices import SelectChoice

from app.core import i18n, typed
from app.core.text import MISSING, nfc
from app.evaluations import rules
from app.meetings.rules import MeetingType

_LEVEL = re.compile(r"(?P<points>[\d.,]+)\s*[=:]\s*(?P<label>.+)")
MOST_LEVELS = 20
LONGEST_LABEL = 200


class CheckboxField(SelectMultipleField):  # type: ignore[misc] # WTForms ships no types
    """Several of a short list, each with its own box."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class LevelsField(TextAreaField):  # type: ignore[misc] # WTForms ships no types
    """The levels of a criterion, one a line: points, an equals sign, what they are for."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(_lines(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines; a line that is none is named."""
        if not valuelist:
            return
        lines = [line for line in nfc(valuelist[0]).splitlines() if line.strip()]
        self.data = None
        if len(lines) > MOST_LEVELS:
            raise ValueError(_("At most %(most)s levels.", most=MOST_LEVELS))
        self.data = [_level(line.strip()) for line in lines] or None


def meeting_types_field() -> CheckboxField:
    """The field for the types of meeting that a set is for."""
    return CheckboxField(
        _l("Types of meeting"),
        choices=[SelectChoice(kind.name, _l(kind.value)) for kind in MeetingType],
        description=_l("For which meetings the set is used; some offices have one for each type."),
    )


def levels_field() -> LevelsField:
    """The field for the levels of a criterion."""
    return LevelsField(
        _l("Levels"),
        description=_l("One a line, such as 4 = 75-<90%. Leave empty when points are free."),
    )


def types_text(names: list[str] | None) -> str:
    """Types of meeting as their labels."""
    return ", ".join(_(MeetingType[name].value) for name in names or ()) or MISSING


def levels_text(levels: rules.Choices | None) -> str:
    """Levels in one line, the highest first as the set has them."""
    return "; ".join(_lines(levels)) or MISSING


def _lines(levels: rules.Choices | None) -> list[str]:
    return [f"{i18n.number(rules.exact(row['points']))} = {row['label']}" for row in levels or ()]


def _level(line: str) -> dict[str, Any]:
    found = _LEVEL.fullmatch(line)
    message = _("Write each level as points = meaning: %(line)s", line=line[:60])
    if not found or len(found["label"]) > LONGEST_LABEL:
        raise ValueError(message)
    try:
        points = typed.number(found["points"], 1)
    except ValueError as error:
        raise ValueError(message) from error
    plain = int(points) if points == int(points) else float(points)
    return {"points": plain, "label": found["label"], **rules.bounds(found["label"])}
