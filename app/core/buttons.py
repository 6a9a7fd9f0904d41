"""Buttons of generated screens: one row or many, a command, a reason when one is needed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.actions import action as fab_action
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.core import addresses, bulk, i18n, seen
from app.core.acting import actor
from app.core.bulk import Chosen, Command, Outcome
from app.core.errors import BadInput

__all__ = ["Buttons", "Command", "button", "flash_outcome"]

REASONS_TOLD = 4


class Buttons:
    """The part of a screen that acts on chosen rows. Rows out of scope answer 404, all of them.

    A single row is done at once. Several are shown first: what would happen to how many, found
    by trying; then it is done to just these.
    """

    actions: dict[str, Any]
    appbuilder: Any
    class_permission_name: Any
    datamodel: Any
    endpoint: Any
    get_action_permission_name: Callable[[str], str]
    list_title: Any
    reason_helps: Mapping[str, Any] = MappingProxyType({})
    """What to say in the reason that a button asks for, by its name, and who reads it."""
    matching: Callable[[int], list[Any]]
    route_base: Any

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> Any:
        """A button of a show page: the same as a bulk action on one row."""
        return self._act(name, lambda: [pk])

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> Any:
        """A bulk action of a list, on chosen rows or on all that match its address."""
        name = request.form.get("action", "")
        if bulk.wants_all():
            return self._act(name, lambda: self.matching(bulk.MOST + 1))
        return self._act(name, seen.keys)

    def _act(self, name: str, keys_of: Callable[[], list[Any]]) -> Any:
        found = self.actions.get(name)
        if found is None:
            abort(404)
        if not self.appbuilder.sm.has_access(
            self.get_action_permission_name(name), self.class_permission_name
        ):
            abort(403)
        agreed = bulk.unseal(self._sealed_as(name), actor())
        if agreed is not None:
            return found.func(self.datamodel.many(agreed.keys))
        keys = keys_of()
        if not keys:
            raise BadInput(_("Choose at least one row first."))
        if len(keys) > bulk.MOST:
            most = i18n.number(bulk.MOST)
            text = _("At most %(most)s rows at a time. Filter the list to fewer.", most=most)
            raise BadInput(text)
        items = self.datamodel.many(keys)
        if None in items:
            abort(404)
        return found.func(items)

    def run(
        self,
        items: Iterable[Any],
        command: Command,
        *,
        reason_for: str = "",
        tell: Callable[[Any], str] | None = None,
    ) -> Response | str:
        """Give every item to ``command(item, by=…)``; each alone is done wholly or not at all.

        ``reason_for`` asks for a reason first and passes it as ``reason=``. ``tell`` makes a line
        of what the command returned, to be shown once.
        """
        rows = items if isinstance(items, list) else [items]
        name = request.form.get("action") or (request.view_args or {}).get("name", "")
        agreed = bulk.unseal(self._sealed_as(name), actor())
        several = len(rows) > 1 or (agreed is None and bulk.wants_all())
        rows, refused = self._as_seen(rows, agreed)
        reason = bulk.reason_given()
        if several and (agreed is None or (reason_for and not reason)):
            return self._preview(name, rows, command, reason_for, refused)
        if reason_for and not several:
            if rows and not reason:
                return self._ask_reason(name, rows[0], reason_for)
            if agreed is not None and not rows and (row := self.datamodel.many(agreed.keys)[0]):
                return self._ask_reason(name, row, reason_for, why=next(iter(refused.refused)))
        given = {"reason": reason} if reason_for else {}
        outcome = bulk.carry_out(rows, command, by=actor(), **given)
        outcome.add(refused)
        if tell and len(outcome.answers) > 1:
            lines = [tell(one) for one in outcome.answers]
            return self._page("core/told.html", title=self.actions[name].text, lines=lines)
        flash_outcome(outcome, [tell(one) for one in outcome.answers] if tell else [])
        return redirect(self.get_redirect())

    def _as_seen(self, rows: list[Any], agreed: Chosen | None) -> tuple[list[Any], Outcome]:
        """The rows that are as the preview or, before any, the page showed them."""
        if agreed is None:
            return seen.unchanged(rows, self.datamodel.get_pk_value)
        return bulk.unchanged(agreed, rows)

    def _preview(
        self, name: str, rows: list[Any], command: Command, reason_for: str, refused: Outcome
    ) -> str:
        """What would happen to how many, and who would be refused why."""
        trial = {"reason": bulk.reason_given() or reason_for} if reason_for else {}
        sealed = self._seal(name, rows)
        outcome = bulk.attempt(rows, command, by=actor(), **trial)
        outcome.add(refused)
        return self._page(
            "core/preview.html",
            action=self.actions[name],
            outcome=outcome,
            chosen=sealed,
            reason_for=reason_for,
            reason_missing=bool(reason_for) and "reason" in request.form,
        )

    def _ask_reason(self, name: str, row: Any, question: str, *, why: str = "") -> str:
        """Ask for the reason; ``why`` says what keeps one that was given from being taken."""
        return self._page(
            "core/reason.html",
            title=question,
            typed=bulk.reason_given(),
            empty="reason" in request.form and not why,
            why=why,
            row=row,
            place=self._place(row),
            chosen=self._seal(name, [row]),
            action_name=name,
            help=self.reason_helps.get(name, ""),
        )

    def _seal(self, name: str, rows: list[Any]) -> str:
        return bulk.seal(self._sealed_as(name), rows, self.datamodel.get_pk_value, actor())

    def _place(self, row: Any) -> str:
        """Where one looks at the row."""
        return str(url_for(f"{self.endpoint}.show", pk=self.datamodel.get_pk_value(row)))

    def _page(self, template: str, **shown: Any) -> str:
        back = self.get_redirect()
        return render_template(
            template,
            action_url=self.get_url_for_action_post(),
            back=back,
            crumbs=[(str(self.list_title), back)],
            base_template=self.appbuilder.base_template,
            appbuilder=self.appbuilder,
            **shown,
        )

    def _sealed_as(self, name: str) -> str:
        return f"{type(self).__name__}.{name}"

    def get_url_for_action_post(self) -> str:
        """Where a bulk action of this screen is sent."""
        return f"{self.route_base}/action_post"

    def get_redirect(self) -> str:
        """The page on which a button was pressed: the list with its filters, or the row."""
        asked = addresses.local(request.form.get("back"))
        if addresses.endpoint_of(asked):
            return asked
        return addresses.came_from() or addresses.of_list(self)


def flash_outcome(outcome: Outcome, lines: Sequence[str] = ()) -> None:
    """Say how many were done, and why how many were not; the session holds no long lists."""
    done = len(outcome.done)
    for line in lines:
        flash(line, "info")
    if done:
        flash(ngettext("%(num)s done.", "%(num)s done.", done), "success")
    for why, names in list(outcome.refused.items())[:REASONS_TOLD]:
        who = bulk.names_short(names)
        alone = f"{who}: {why}"
        flash(alone if len(names) == 1 else f"{len(names)} × {why} ({who})", "danger")


def button(name: str, text: Any, *, icon: str = "", confirm: Any = None) -> Any:
    """Declare a button of a list and a show page (FAB's ``action`` with our defaults)."""
    return fab_action(name, text, confirm, icon, multiple=True, single=True)
