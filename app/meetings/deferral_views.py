"""The screen of requests to put a meeting off or not to hold it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.chips import Quick
from app.core.interface import AppInterface
from app.core.labels import add_labels
from app.core.terms import N_
from app.core.web import AppView, button
from app.meetings import deferrals
from app.meetings.deferrals import Deferral, DeferralState

add_labels(
    wanted=N_("Asked for leave"),
    asked_at=N_("Asked at"),
    asked_by=N_("Asked by"),
    answer=N_("Answer"),
    answered_at=N_("Answered at"),
    answered_by=N_("Answered by"),
)


def _in(state: DeferralState) -> Any:
    return lambda: Deferral.state == state


class DeferralView(AppView):
    """What cells asked, and what they were answered."""

    screen = "Deferrals"
    route_base = "/deferrals"
    datamodel = AppInterface(Deferral, eager=("unit", "meeting.unit"))
    list_title, show_title = _l("Requests to postpone"), _l("Request to postpone")
    list_columns = ["meeting", "wanted", "reason", "state", "asked_by", "asked_at"]
    extra_columns = ["unit", "answer", "answered_by", "answered_at"]
    show_columns = [*list_columns, "answer", "answered_by", "answered_at"]
    order_columns = ["asked_at", "answered_at"]
    search_columns = ["unit", "wanted", "state"]
    label_columns: Any = {"state": _l("State")}
    quick_filters = (
        Quick("waiting", _l("Waiting"), _in(DeferralState.ASKED), group="state"),
        Quick("agreed", _l("Agreed"), _in(DeferralState.AGREED), group="state"),
        Quick("refused", _l("Refused"), _in(DeferralState.REFUSED), group="state"),
    )
    base_order = ("asked_at", "desc")
    blank = (
        _l("Nobody has asked"),
        _l("A cell asks on the page of its schedule, by “Postpone” or “Not held”."),
    )
    exclude_route_methods = {"add", "edit", "delete", "download"}

    def possible_actions(self, item: Deferral) -> dict[str, Any]:
        """An answer is given once."""
        return dict(self.actions) if item.state is DeferralState.ASKED else {}

    reason_helps: Any = {
        "refuse": _l("Say in plain words why not; the cell reads this and meets as planned.")
    }

    @button("agree", _l("Agree"), icon="check")
    def agree(self, items: Any) -> Any:
        """Give the leave."""
        return self.run(items, deferrals.agree)

    @button("refuse", _l("Refuse"), icon="x")
    def refuse(self, items: Any) -> Any:
        """Refuse it, saying why."""
        return self.run(items, deferrals.refuse, reason_for=_("Why is it refused?"))
