"""The page of the roll-call: by names with everybody present at first, or by numbers."""

from collections.abc import Sequence
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

from app.core import merging, widgets
from app.core.acting import actor
from app.core.db import transaction
from app.core.errors import RuleBroken, is_meanwhile, plain_message
from app.core.fields import WholeField
from app.core.interface import AppInterface
from app.core.web import Page
from app.meetings import queries, remarks, rollcall
from app.meetings.models import Meeting
from app.meetings.parts import weekday_moment
from app.meetings.rollcall import LONGEST_REASON, Mark
from app.meetings.rollcall_lines import Line, fields, in_words, lines_of, named, said
from app.meetings.rules import MOST_PEOPLE, WRITABLE, HeadCounts, Policy, attendance
from app.meetings.tally import tally
from app.meetings.wording import COUNT_WORDS
from app.people.queries import head_counts


def _number(name: str) -> WholeField:
    label, help_text = COUNT_WORDS[name]
    checks = [InputRequired(), NumberRange(min=0, max=MOST_PEOPLE)]
    widget = widgets.NumberWidget(whole=True)
    return WholeField(label, checks, description=help_text, widget=widget)


class HeadCountForm(FlaskForm):  # type: ignore[misc] # WTForms ships no types
    """The numbers of a roll-call (source: the head-count block of the minutes)."""

    groups: Any = (
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


class RollCallView(Page):
    """Who came."""

    screen = "RollCall"
    stands_below = "Results"
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
        return self._page(meeting, lines_of(meeting), _count_form(meeting))

    @expose("/<pk>/roll-call", methods=["POST"])
    @has_access
    def save(self, pk: str) -> Any:
        """Keep the roll-call; a broken rule comes back beside the member or the number."""
        meeting = self.datamodel.get(pk) or abort(404)
        if not rollcall.names_mode(meeting):
            return self._save_counts(meeting)
        lines = said(lines_of(meeting), merging.picked())
        if _overtaken(meeting):
            return self._side_by_side(meeting, lines)
        marks = [Mark(line.entry.member_id, line.status, line.reason) for line in lines]
        try:
            with transaction() as session:
                rollcall.roll_call(meeting, marks, by=actor())
                session.flush()
        except (RuleBroken, IntegrityError, StaleDataError) as error:
            if is_meanwhile(error):
                return self._side_by_side(self.datamodel.get(pk) or abort(404), lines)
            message, field = plain_message(error)
            place = [line for line in lines if field == f"member-{line.entry.member_id}"]
            for line in place:
                line.error = message
            flash(message, "danger")
            return self._page(self.datamodel.get(pk), lines, None)
        return self._saved(meeting)

    def _side_by_side(self, meeting: Meeting, lines: Sequence[Line]) -> Any:
        """Both roll-calls, a choice for each member of whom they differ."""
        base = merging.base_asked()
        mine, theirs = fields(lines), fields(lines_of(meeting))
        labels = {name: text for line in lines for name, text in named(line)}
        found = merging.differing(labels, base, theirs, mine, in_words)
        return self._choice(meeting, merging.page(found, meeting, mine, theirs, base))

    def _counts_side_by_side(self, meeting: Meeting, form: HeadCountForm) -> Any:
        """Both counts, a choice for each number in which they differ."""
        now, base = _count_form(meeting), merging.base_asked()
        found = merging.sides(form, now, base)
        texts = merging.texts(form), merging.texts(now)
        return self._choice(meeting, merging.page(found, meeting, *texts, base))

    def _choice(self, meeting: Meeting, shown: str) -> Any:
        return self.render_template(
            "core/clash_page.html",
            title=_("Roll-call"),
            subtitle=str(meeting),
            crumbs=[(_("Results"), url_for("ResultView.list"))],
            choice=shown,
        )

    def _save_counts(self, meeting: Meeting) -> Any:
        form, pk = HeadCountForm(merging.picked()), meeting.id
        if form.validate() and _overtaken(meeting):
            return self._counts_side_by_side(meeting, form)
        if form.validate():
            numbers = {name: form[name].data for name in HeadCounts.__dataclass_fields__}
            try:
                with transaction() as session:
                    rollcall.count_heads(meeting, HeadCounts(**numbers), by=actor())
                    session.flush()
                return self._saved(meeting)
            except StaleDataError:
                return self._counts_side_by_side(self.datamodel.get(pk) or abort(404), form)
            except RuleBroken as error:
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
            was=merging.opened(merging.base_of() or _opened(lines, form)),
            remark=remarks.beside(meeting.id).get("attendance", ""),
            longest_reason=LONGEST_REASON,
            writable=may_edit and meeting.result_state in WRITABLE,
        )


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


def _overtaken(meeting: Meeting) -> bool:
    """Whether somebody saved the meeting since the page was opened, or a choice is still open."""
    sent = request.form.get("version", "")
    return bool(sent and sent != str(meeting.version)) or merging.undecided()


def _opened(lines: Sequence[Line], form: HeadCountForm | None) -> dict[str, str]:
    return merging.texts(form) if form is not None else fields(lines)
