"""The page of the roll-call: by names with everybody present at first, or by numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms.validators import InputRequired, NumberRange

from app.core import widgets
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import BadInput, RuleBroken, plain_message
from app.core.fields import WholeField
from app.core.interface import AppInterface
from app.core.text import nfc
from app.core.web import Page
from app.meetings import queries, remarks, rollcall
from app.meetings.models import Meeting
from app.meetings.parts import weekday_moment
from app.meetings.rollcall import LONGEST_REASON, Mark
from app.meetings.rules import WRITABLE, Attendance, HeadCounts, Policy, attendance
from app.meetings.tally import statuses, tally
from app.meetings.wording import COUNT_WORDS
from app.people.queries import RollEntry, head_counts


def _number(name: str) -> WholeField:
    label, help_text = COUNT_WORDS[name]
    checks = [InputRequired(), NumberRange(min=0, max=99_999)]
    widget = widgets.NumberWidget(whole=True)
    return WholeField(label, checks, description=help_text, widget=widget)


class HeadCountForm(FlaskForm):  # type: ignore[misc] # WTForms ships no types
    """The numbers of a roll-call (source: the head-count block of the minutes)."""

    groups = (
        (_l("The roll"), ("on_roll", "temp_in")),
        (_l("Not due to attend"), ("exempt", "temp_out", "special_duty")),
        (_l("At the meeting"), ("present", "voluntary", "excused", "unexcused")),
    )

    on_roll = _number("on_roll")
    temp_in = _number("temp_in")
    exempt = _number("exempt")
    temp_out = _number("temp_out")
    special_duty = _number("special_duty")
    present = _number("present")
    voluntary = _number("voluntary")
    excused = _number("excused")
    unexcused = _number("unexcused")


@dataclass
class Line:
    """A member on the page: who, what may be said, what is said, what is wrong with it."""

    entry: RollEntry
    status: Attendance
    reason: str = ""
    error: str = ""

    @property
    def choices(self) -> tuple[Attendance, ...]:
        """What may be said of the member, the usual first."""
        return statuses(self.entry.state)


class RollCallView(Page):
    """Who came."""

    screen = "RollCall"
    route_base = "/results"
    default_view = "show"
    method_permission_name = {"show": "read", "save": "edit"}
    datamodel = AppInterface(Meeting)
    walks = "meeting"

    @expose("/<pk>/roll-call", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        """The roll of the day, or the numbers."""
        meeting = self.datamodel.get(pk) or abort(404)
        return self._page(meeting, _lines(meeting), _count_form(meeting))

    @expose("/<pk>/roll-call", methods=["POST"])
    @has_access
    def save(self, pk: str) -> Any:
        """Keep the roll-call; a broken rule comes back beside the member or the number."""
        meeting = self.datamodel.get(pk) or abort(404)
        if not rollcall.names_mode(meeting):
            return self._save_counts(meeting)
        lines = _said(_lines(meeting), request.form)
        marks = [Mark(line.entry.member_id, line.status, line.reason) for line in lines]
        try:
            with transaction() as session:
                _check_version(meeting)
                rollcall.roll_call(meeting, marks, by=actor())
                session.flush()
        except (RuleBroken, IntegrityError, StaleDataError) as error:
            message, field = plain_message(error)
            place = [line for line in lines if field == f"member-{line.entry.member_id}"]
            for line in place:
                line.error = message
            flash(message, "danger")
            return self._page(self.datamodel.get(pk), lines, None)
        return self._saved(meeting)

    def _save_counts(self, meeting: Meeting) -> Any:
        form, pk = HeadCountForm(), meeting.id
        if form.validate():
            numbers = {name: form[name].data for name in HeadCounts.__dataclass_fields__}
            try:
                with transaction() as session:
                    _check_version(meeting)
                    rollcall.count_heads(meeting, HeadCounts(**numbers), by=actor())
                    session.flush()
                return self._saved(meeting)
            except (RuleBroken, StaleDataError) as error:
                message, field = plain_message(error)
                if field in form:
                    form[field].errors = [*form[field].errors, message]
                else:
                    flash(message, "danger")
        return self._page(self.datamodel.get(pk), [], form)

    def _saved(self, meeting: Meeting) -> Any:
        share = meeting.share
        flash(
            _(
                "Roll-call kept: %(present)s of %(due)s.",
                present=share.present,
                due=share.denominator,
            ),
            "success",
        )
        step = "edit" if meeting.started_at is None or meeting.ended_at is None else "show"
        return redirect(url_for(f"ResultView.{step}", pk=meeting.id))

    def _page(self, meeting: Meeting, lines: Sequence[Line], form: HeadCountForm | None) -> Any:
        policy = queries.policy_on(meeting.unit_path, rollcall.met_on(meeting))
        counts = tally((line.entry.state, line.status) for line in lines) if lines else None
        rule = policy.rule if policy else Policy()
        when = weekday_moment(meeting.started_at or meeting.planned_at)
        may_edit = self.appbuilder.sm.has_access("can_edit", self.screen)
        return self.render_template(
            "meetings/roll_call.html",
            title=_("Roll-call"),
            subtitle=f"{when} · {_(meeting.type.value)}",
            crumbs=[
                (_("Results"), url_for("ResultView.list")),
                (str(meeting), url_for("ResultView.show", pk=meeting.id)),
            ],
            item=meeting,
            lines=lines,
            form=form,
            by_names=rollcall.names_mode(meeting),
            counts=counts or meeting.counts,
            share=attendance(counts or meeting.counts, rule),
            policy=policy,
            rule=rule,
            remark=remarks.beside(meeting.id).get("attendance", ""),
            longest_reason=LONGEST_REASON,
            writable=may_edit and meeting.result_state in WRITABLE,
        )


def _lines(meeting: Meeting) -> list[Line]:
    """The roll of the day with what was said last time."""
    if not rollcall.names_mode(meeting):
        return []
    kept = {row.member_id: row for row in queries.absences_of(meeting.id)}
    lines = []
    for entry in rollcall.roster_of(meeting):
        mark = rollcall.said_of(entry, kept.get(entry.member_id))
        lines.append(Line(entry, mark.status, mark.reason or ""))
    return lines


def _said(lines: list[Line], sent: Mapping[str, str]) -> list[Line]:
    """The same lines with what the form says; a member the form does not name stays as usual."""
    for line in lines:
        key = line.entry.member_id
        name = sent.get(f"status-{key}", line.choices[0].name)
        if name not in Attendance.__members__:
            raise BadInput(_("Choose one from the list."))
        line.status = Attendance[name]
        line.reason = nfc(sent.get(f"reason-{key}", ""))
    return lines


def _count_form(meeting: Meeting) -> HeadCountForm | None:
    """The numbers so far; before the first count, what the roll of the day says."""
    if rollcall.names_mode(meeting):
        return None
    if meeting.attendance_policy_id is not None:
        return HeadCountForm(formdata=None, data=vars(meeting.counts))
    roll = head_counts(meeting.unit_id, rollcall.met_on(meeting))
    known = {name: getattr(roll, name, 0) for name in HeadCounts.__dataclass_fields__}
    known["present"] = HeadCounts(**known).base
    return HeadCountForm(formdata=None, data=known)


def _check_version(meeting: Meeting) -> None:
    """Raises ``StaleDataError`` when somebody saved the meeting since the page was opened."""
    sent = request.form.get("version", "")
    if sent and sent != str(meeting.version):
        raise StaleDataError
