"""How values and steps of a meeting look on its screens."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from flask import flash
from flask_appbuilder.widgets import ShowWidget
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import i18n
from app.core.text import MISSING
from app.meetings.engaged import in_words, warned
from app.meetings.models import Meeting, TaskStatus
from app.meetings.rules import Share

CHECKED, TOLD = 50, 5
"""So many meetings of a bulk are looked at for clashes, and so many clashes are told."""


class Facts(ShowWidget):  # type: ignore[misc] # FAB ships no types
    """The facts of a row without buttons below: the page around has its own."""

    template = "meetings/widgets/facts.html"


class ScheduleFacts(ShowWidget):  # type: ignore[misc] # FAB ships no types
    """The facts of a schedule, and whom it expects although he is elsewhere."""

    template = "meetings/widgets/schedule.html"


def clash_texts(meetings: Iterable[Meeting]) -> list[str]:
    """Who is expected twice because of these meetings, as sentences."""
    return [in_words(one) for one in warned(list(islice(meetings, CHECKED)))]


def warn_of_clashes(meetings: Iterable[Meeting]) -> None:
    """Say after saving whom these meetings expect although he is elsewhere: nothing is refused."""
    found = clash_texts(meetings)
    for sentence in found[:TOLD]:
        flash(sentence, "warning")
    if len(found) > TOLD:
        flash(_("… and %(count)s more.", count=len(found) - TOLD), "warning")


def weekday_moment(moment: datetime | None) -> str:
    """A time of a meeting with its weekday: "Thứ Tư, 04/11/2026 19:30"."""
    return f"{i18n.date_vi(moment, weekday=True)} {moment:%H:%M}" if moment else MISSING


def share_text(share: Share) -> str:
    """Present over due and the percentage on one line; a dash while nothing is counted."""
    text = i18n.percent(share.present, share.denominator)
    return Markup('<span class="text-nowrap">{}</span>').format(text)


def span_text(minutes: int | None) -> str:
    """A duration in minutes."""
    return MISSING if minutes is None else str(_("%(minutes)s minutes", minutes=minutes))


def history_text(words: Iterable[TaskStatus]) -> Any:
    """What the meetings said of a task, a line for each."""
    lines = [
        Markup("{}: {}{}").format(
            f"{one.meeting.month:%m/%Y}", _(one.state.value), f" – {one.note}" if one.note else ""
        )
        for one in words
    ]
    return Markup("<br>").join(lines) or MISSING


def possible(
    actions: Mapping[str, Any], steps: Mapping[str, tuple[Mapping[Any, Any], Any]], now: Any
) -> dict[str, Any]:
    """Those of ``actions`` whose step the table of states allows from ``now``.

    ``steps`` tells for each name the table and the state it leads to.
    """
    return {
        name: action
        for name, action in actions.items()
        if name not in steps or steps[name][1] in steps[name][0][now]
    }
