"""The page on which a result is returned, with remarks beside its fields."""

from collections import defaultdict
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from app.core import bulk
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken, plain_message
from app.core.interface import AppInterface
from app.core.text import nfc
from app.core.web import Page
from app.meetings.models import Meeting
from app.meetings.remarks import POINTS, beside
from app.meetings.rules import ResultState, result_can_become
from app.review import commands, returning
from app.security.roles import may
from app.security.rules import RoleName


class ReturnPage(Page):
    """Returns one result."""

    screen = "Review"
    route_base = "/review"
    default_view = "give_back"
    method_permission_name = {"give_back": "return"}
    datamodel = AppInterface(Meeting, eager=("unit",))

    @expose("/<pk>/return", methods=["GET", "POST"])
    @has_access
    def give_back(self, pk: str) -> Any:
        """Return one result with a reason, and remarks beside its fields."""
        item = self.datamodel.get(pk) or abort(404)
        if not result_can_become(item.result_state, ResultState.RETURNED):
            flash(_("This result is with the cell already."), "info")
            return redirect(url_for("ResultView.show", pk=pk))
        if request.method == "GET":
            return self._page(item, "", beside(item.id), {})
        reason, said = bulk.reason_given(), _beside()
        try:
            with transaction():
                seen = request.form.get("version", "")
                if seen and seen != returning.stamp(item):
                    raise StaleDataError
                commands.give_back(item, by=actor(), reason=reason, beside=said)
        except (RuleBroken, StaleDataError) as error:
            message, field = plain_message(error)
            item = self.datamodel.get(pk)
            return self._page(item, reason, said, {field or "": message})
        flash(_("Returned."), "success")
        return redirect(url_for("ResultView.show", pk=pk))

    def _page(
        self, item: Meeting, reason: str, said: dict[str, str], errors: dict[str, str]
    ) -> Any:
        may_reopen = may(RoleName[actor().role], "Evaluations", "reopen")
        places = returning.places(item, said, points=may_reopen)
        known = {one.name for one in places} | {"reason"}
        return self.render_template(
            "review/return.html",
            title=_("Return with remarks"),
            subtitle=f"{item.unit.name} · {_(item.type.value)} · {item.month:%m/%Y}",
            crumbs=[(_("Review"), url_for("ReviewPage.show", month=f"{item.month:%Y-%m}"))],
            item=item,
            stamp=returning.stamp(item),
            places=places,
            of_points=[one for one in places if one.name.startswith(POINTS)],
            reason=reason,
            errors=defaultdict(str, errors),
            problem=next((text for name, text in errors.items() if name not in known), ""),
        )


def _beside() -> dict[str, str]:
    """What was written beside fields, by their names."""
    start = "beside-"
    found = {key: nfc(text) for key, text in request.form.items() if key.startswith(start)}
    return {key[len(start) :]: text for key, text in found.items() if text}
