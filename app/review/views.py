"""The page of the review: exceptions first, the rest decided together after a preview."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core import bulk, clock, i18n, months, wanted
from app.core.acting import actor
from app.core.bulk import Outcome
from app.core.buttons import flash_outcome
from app.core.choosing import TermField
from app.core.errors import BadInput
from app.core.export import attachment, workbook
from app.core.interface import AppInterface
from app.core.labels import told_apart
from app.core.web import Page
from app.meetings.models import Meeting
from app.review import commands, queries, words
from app.review.cases import review
from app.review.rules import ReviewKind
from app.review.sheets import sheet
from app.units.asked import OfMonth
from app.units.models import Unit

SHOWN = 100
"""So many exceptions are shown on screen; the file holds them all."""


class Choice(OfMonth):
    """Of which unit and month, and which kind alone."""

    kind = TermField(_l("Exception"), terms=ReviewKind, blank=True)


@dataclass(frozen=True)
class Deed:
    """What the preview shows of a button: a name, words, an icon."""

    name: str
    text: str
    icon: str
    confirmation: str = ""


class ReviewPage(Page):
    screen = "Review"
    route_base = "/review"
    default_view = "show"
    method_permission_name = {"show": "read", "download": "read"} | {
        name: name for name in commands.DEEDS
    }
    datamodel = AppInterface(Meeting, eager=("unit",))

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Exceptions with their reasons, then how many there are without any."""
        form, unit, month = self._asked(request.args)
        of = review(unit.path, month, clock.today())
        kind = form.kind.data
        found = of.of_kind(kind)
        counts = of.counts()
        address = self._address(unit, month, kind)
        return self.render_template(
            "review/show.html",
            title=_("Review"),
            subtitle=f"{unit.name} · {i18n.month(month)}",
            form=form,
            unit=unit,
            of=of,
            chosen=kind,
            counts=[(each, counts[each]) for each in ReviewKind if counts[each] or each == kind],
            rules=of.book.rules(unit.path),
            found=found,
            shown=SHOWN,
            words=words,
            deeds=[
                (name, len(of.rest(name)))
                for name in commands.DEEDS
                if self.appbuilder.sm.has_access(f"can_{name}", self.screen)
            ],
            month=month,
            earlier=months.add(month, -1),
            later=months.add(month, 1) if month < months.first_of(clock.today()) else None,
            file=url_for("ReviewPage.download", **address),
            one_committee=len({one.cell.parent_id for one in of.cases}) == 1,
        )

    @expose("/download")
    @has_access
    def download(self) -> Any:
        """The exceptions that are shown as an .xlsx."""
        form, unit, month = self._asked(request.args, strict=True)
        of = review(unit.path, month, clock.today())
        data = workbook([sheet(of, form.kind.data, by=actor().name)])
        return attachment(data, f"{_('Review')} {unit.code} {month:%Y-%m}")

    @expose("/approve", methods=["POST"])
    @has_access
    def approve(self) -> Any:
        """Approve all results without exceptions, after a preview."""
        return self._together("approve")

    @expose("/verify", methods=["POST"])
    @has_access
    def verify(self) -> Any:
        """Verify all scores without exceptions, after a preview."""
        return self._together("verify")

    @expose("/make_official", methods=["POST"])
    @has_access
    def make_official(self) -> Any:
        """Make all ratings without exceptions official, after a preview."""
        return self._together("make_official")

    def _together(self, deed: str) -> Any:
        """Show what would happen to all without exceptions; once agreed to, do it to these."""
        _form, unit, month = self._asked(request.args, strict=True)
        name, by = f"ReviewPage.{deed}", actor()
        rest = review(unit.path, month, clock.today()).rest(deed)
        agreed = bulk.unseal(name, by)
        if agreed is None:
            return self._preview(deed, self.datamodel.many(rest[: bulk.MOST]), unit, month)
        chosen = self.datamodel.many(agreed.keys)
        rows, outcome = bulk.unchanged(agreed, chosen, _version(deed, chosen))
        clear = set(rest)
        for row in [one for one in rows if one.id not in clear]:
            outcome.refuse(_("It has an exception now: look at it by itself."), told_apart(row))
        rows = [one for one in rows if one.id in clear]
        done = bulk.carry_out(rows, commands.DEEDS[deed], by=by)
        done.add(outcome)
        flash_outcome(done)
        return redirect(url_for("ReviewPage.show", **self._address(unit, month)))

    def _preview(self, deed: str, rows: list[Any], unit: Unit, month: date) -> Any:
        by, text = actor(), words.DEEDS[deed]
        outcome = bulk.attempt(rows, commands.DEEDS[deed], by=by) if rows else Outcome()
        sealed = bulk.seal(
            f"ReviewPage.{deed}", rows, self.datamodel.get_pk_value, by, _version(deed, rows)
        )
        address = self._address(unit, month)
        back = url_for("ReviewPage.show", **address)
        return render_template(
            "core/preview.html",
            action=Deed(deed, text[0], text[1], _note(len(rows))),
            outcome=outcome,
            chosen=sealed,
            action_url=url_for(f"ReviewPage.{deed}", **address),
            back=back,
            crumbs=[(_("Review"), back)],
            base_template=self.appbuilder.base_template,
            appbuilder=self.appbuilder,
        )

    def _asked(self, given: Any, *, strict: bool = False) -> tuple[Choice, Unit, date]:
        """The form, the unit and the month; without a word one's own unit and this month."""
        form, this = Choice.read(given), months.first_of(clock.today())
        unit = form.unit_or_own()
        if form.kind.errors and strict:
            raise BadInput(_("There is no filter of that name."))
        month = wanted.month(form.month, this, strict=strict)
        if month > this:
            flash(_("Nothing can be reviewed ahead of time; you see this month."), "warning")
            month = this
        form.month.data, form.month.raw_data = month, []
        return form, unit, month

    @staticmethod
    def _address(unit: Unit, month: date, kind: ReviewKind | None = None) -> dict[str, Any]:
        chosen = {"kind": kind.name} if kind else {}
        return {"unit": unit.id, "month": f"{month:%Y-%m}", **chosen}


def _version(deed: str, rows: Sequence[Any]) -> Callable[[Any], Any]:
    """What a deed decides about: the result, and where it is about the score, that as well."""
    if deed == "approve":
        return bulk.version_of
    scores = queries.scores_of([row.id for row in rows if row])
    return lambda row: [row.version, bulk.version_of(scores.get(row.id))]


def _note(number: int) -> str:
    if number < bulk.MOST:
        return ""
    return str(
        ngettext(
            "The first %(num)s; do it again for the others.",
            "The first %(num)s; do it again for the others.",
            bulk.MOST,
        )
    )
