"""The secretary's desk: what a cell owes, one card each, with its state, its day and its button."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from flask_babel import gettext as _

from app.core import i18n, months
from app.dashboard import chase, links
from app.dashboard.lights import Board, Light
from app.meetings.rules import WRITABLE, ResultState

NO_REMARKS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class Duty:
    """One card: what is to be done by when, how far it is, and where the button leads."""

    title: str
    state: str
    tone: str
    due: date | None
    days: str
    done: bool = False
    button: str = ""
    url: str = ""
    said: str = ""
    facts: str = ""
    symbol: str = "calendar-plus"


def duties(
    boards: list[Board],
    today: date,
    *,
    scores: bool = True,
    remarks: Mapping[int, str] = NO_REMARKS,
) -> list[Duty]:
    """The cards of some months in time order; an earlier month shows only what is still owed.

    ``scores`` says whether who looks may score a meeting; ``remarks`` is what was said of score
    sheets that came back, by meeting.
    """
    found: list[Duty] = []
    this = months.first_of(today)
    for one in sorted(boards, key=lambda board: board.cell.month):
        cards = list(_of_month(one, scores, remarks))
        found += [card for card in cards if not card.done or one.cell.month >= this]
        if one.cell.month == this:
            found.append(_registration(one, months.add(this, 1), one.following))
    return found


def _of_month(one: Board, scores: bool, remarks: Mapping[int, str]) -> Iterator[Duty]:
    cell = one.cell
    yield replace(_registration(one, cell.month, one.schedule), facts=_planned(one))
    if cell.meeting_id is None:
        return
    yield _result(one)
    # The points are given where the result is filed; alone they are owed only afterwards.
    if not (_lacks(one.result) and _lacks(one.score)):
        yield replace(_score(one, scores), said=remarks.get(cell.meeting_id, ""))


def _lacks(light: Light) -> bool:
    return light.missing or light.closed


def _registration(one: Board, month: date, light: Light) -> Duty:
    title = _("Register the meeting of %(month)s", month=_name(month))
    button, url = "", ""
    if light.missing:
        button, url = _("Register"), links.to("ScheduleView.add", month=f"{month:%Y-%m-01}")
    elif month == one.cell.month and one.cell.meeting_id and not one.cell.reported:
        button = _("See the schedule")
        url = links.to("ScheduleView.show", pk=one.cell.meeting_id)
    return _duty(light, title, button, url, "calendar-plus")


def _result(one: Board) -> Duty:
    cell, light = one.cell, one.result
    title = _("Result of %(month)s", month=_name(cell.month))
    button, url = _step(one)
    card = _duty(light, title, button, url, "clipboard-text")
    return replace(card, said=cell.return_reason or "", facts=_sent(one))


def _step(one: Board) -> tuple[str, str]:
    """The next step of a result: filing it, going on with that, or looking at what was sent."""
    cell = one.cell
    if cell.result_state not in WRITABLE:
        return _("See the result"), links.to("ResultView.show", pk=cell.meeting_id)
    if not one.result.missing:
        return "", ""
    begun = cell.result_state is not ResultState.NONE
    text = _("Continue") if begun else _("File the result")
    return text, links.to("FilingPage.show", pk=cell.meeting_id)


def _score(one: Board, scores: bool) -> Duty:
    cell = one.cell
    title = _("Score of %(month)s", month=_name(cell.month))
    if one.score.missing:
        url = links.to("ScorePage.score", meeting_id=cell.meeting_id) if scores else ""
        return _duty(one.score, title, _("Score the meeting"), url, "star")
    if not one.score.tone:
        return _duty(one.score, title, "", "", "star")
    url = links.to("EvaluationView.show", pk=cell.meeting_id)
    return _duty(one.score, title, _("See the score"), url, "star")


def _duty(light: Light, title: str, button: str, url: str, symbol: str) -> Duty:
    return Duty(
        title,
        _(light.word),
        light.tone,
        light.due,
        chase.in_words(light),
        done=not light.missing and light.tone not in ("", "bad"),
        button=button if url else "",
        url=url,
        symbol=symbol,
    )


def _planned(one: Board) -> str:
    cell = one.cell
    if cell.planned_at is None:
        return ""
    when = f"{cell.planned_at:%H:%M}, {i18n.date_vi(cell.planned_at, weekday=True)}"
    return f"{when} · {cell.place}" if cell.place else when


def _sent(one: Board) -> str:
    cell = one.cell
    if not cell.reported or cell.due is None:
        return ""
    share = i18n.percent(cell.attended or 0, cell.due)
    sent = _("sent %(when)s", when=i18n.datetime_vi(cell.submitted_at)) if cell.submitted_at else ""
    return " · ".join(part for part in (_("Present %(share)s", share=share), sent) if part)


def _name(month: date) -> str:
    return months.label(month, i18n.language())
