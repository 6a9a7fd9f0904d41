"""The base of the screens of what a unit sets for its branch."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import clock, months
from app.core.acting import actor
from app.core.db import db
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView
from app.units import branches
from app.units.models import Unit

add_labels(legal_basis=N_("Legal basis"))
OWNER_HELP = _l("It holds for this unit and all below it.")
VALIDITY = (_l("Validity"), {"fields": ["valid_from", "valid_to", "legal_basis"]})


class BranchView(AppView):
    """What holds for a branch: a new one is the own unit's unless said otherwise."""

    def prefill_new(self, form: Any) -> None:
        """The unit of who acts; from the next month on, or the month that is over."""
        form.unit.data = db.session.get(Unit, actor().unit_id)
        this = months.first_of(clock.today())
        if "valid_from" in form:
            form.valid_from.data = months.add(this, 1)
        if "month" in form:
            form.month.data = months.add(this, -1)


class RuleView(BranchView):
    """Dated rules: once published, only their end and what they rest on can change."""

    edit_columns = ["legal_basis", "valid_to"]
    base_order = ("valid_from", "desc")
    change = staticmethod(branches.amend)
