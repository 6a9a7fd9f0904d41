"""The small forms of dated changes: what becomes of a unit, and the decision behind it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core import clock
from app.core.asking import sent
from app.core.choosing import LookupField
from app.core.db import db
from app.core.fields import DateField
from app.core.text import nfc
from app.units.asked import unit_by_key
from app.units.models import CellType, UnitKind
from app.units.rules import Decision


def tidy(typed: Any) -> Any:
    """A text as it is stored."""
    return nfc(typed) if isinstance(typed, str) else typed


DECISION_NO_HELP = _l("As on the paper, such as 05-QĐ/ĐU; leave it empty when there is none.")
DECISION_ON_HELP = _l("The day on which the decision was signed.")


class DecisionForm(FlaskForm):  # type: ignore[misc] # ships no types
    """What every dated change asks for; forms built on it put their own fields before."""

    def __iter__(self) -> Any:
        """The fields in the order in which they are shown."""
        last = ("effective_on", "decision_no", "decision_on")
        fields = [field for field in super().__iter__() if field.name not in last]
        return iter([*fields, *(self[name] for name in last)])

    effective_on = DateField(
        _l("In force from"),
        [InputRequired()],
        default=clock.today,
        description=_l("The day on which the change takes effect: today or earlier."),
    )
    decision_no = StringField(
        _l("Decision number"),
        [Length(max=60)],
        filters=[tidy],
        description=_l(
            "Leave it empty only to correct a mistake on the very day of the last change."
        ),
    )
    decision_on = DateField(_l("Date of the decision"), [Optional()], description=DECISION_ON_HELP)

    def decision(self) -> Decision:
        """The decision that was typed."""
        return Decision(
            sent(self.effective_on), self.decision_no.data or None, self.decision_on.data
        )


class RenameForm(DecisionForm):
    """The new names."""

    name = StringField(
        _l("Name"),
        [InputRequired(), Length(max=250)],
        filters=[tidy],
        description=_l("The full name, as in the decision or the document."),
    )
    short_name = StringField(
        _l("Short name"),
        [InputRequired(), Length(max=120)],
        filters=[tidy],
        description=_l("For narrow columns and notices, such as: Cell 3."),
    )


class ReclassifyForm(DecisionForm):
    """The new kind, and for cells their type."""

    kind = LookupField(
        _l("Kind"),
        [InputRequired()],
        table="unit_kind",
        get_row=lambda key: db.session.get(UnitKind, key),
        get_key=lambda row: row.code,
        description=_l("Decides where it may stand, and whether it holds monthly meetings."),
    )
    cell_type = LookupField(
        _l("Cell type"),
        [Optional()],
        table="cell_type",
        get_row=lambda key: db.session.get(CellType, key),
        get_key=lambda row: row.code,
        description=_l("For cells only: HD 42 gives each type its own content of meetings."),
    )


class MoveForm(DecisionForm):
    """The new superior."""

    parent = LookupField(
        _l("New superior unit"),
        [InputRequired()],
        table="unit",
        get_row=unit_by_key,
        description=_l("The committee to which it reports from that day on."),
    )


class NamesForm(FlaskForm):  # type: ignore[misc] # ships no types
    """Whether a branch keeps names."""

    names_kept = BooleanField(
        _l("Keep the names of members"),
        description=_l("Switched off, the cells of the branch type numbers only."),
    )
