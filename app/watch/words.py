"""The watch lists in words: what a rule asks, what a line shows, what an empty list means."""

from collections.abc import Iterator, Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import i18n
from app.core.terms import N_
from app.meetings.rules import Attendance
from app.people.rules import ActivityState
from app.watch.lists import Entry
from app.watch.rules import Mark, Threshold, WatchKind, full_months

SIGNS: Mapping[Mark, tuple[str, str, str]] = {
    Attendance.PRESENT: ("✓", N_("present"), "ok"),
    Attendance.UNEXCUSED: ("✗", N_("absent without reason"), "bad"),
    Attendance.EXCUSED: (N_("E"), N_("absent with reason"), "warn"),
    Attendance.EXEMPT: (N_("X"), N_("exempt from activity"), ""),
    Attendance.TEMP_OUT: (N_("T"), N_("temporarily active elsewhere"), ""),
    Attendance.SPECIAL_DUTY: (N_("D"), N_("on special duty"), ""),
    None: ("–", N_("no report, or not on the roll"), ""),
}
"""Each mark as a sign, in words for the ears, and its tone (letters as clerks write them)."""

TITLES: Mapping[WatchKind, tuple[str, str]] = {
    WatchKind.UNEXCUSED_YEAR: ("user-x", N_("Nobody has been absent without reason so often.")),
    WatchKind.UNEXCUSED_RUNNING: (
        "user-exclamation",
        N_("Nobody is absent without reason time after time."),
    ),
    WatchKind.UNEXCUSED_RECENT: (
        "user-minus",
        N_("Nobody was absent without reason often in the last months."),
    ),
    WatchKind.EXCUSED_RUNNING: (
        "user-question",
        N_("Nobody was excused so many times running this year."),
    ),
    WatchKind.EXEMPTION_ENDING: ("hourglass", N_("No exemption ends soon.")),
    WatchKind.TEMPORARY_OVERDUE: ("route", N_("No temporary activity is overdue.")),
    WatchKind.NO_THEMATIC: (
        "calendar-x",
        N_("Every cell has held a thematic meeting, or the quarter has only begun."),
    ),
}
"""The icon of each list, and what it means when it is empty."""


def formula(rule: Threshold) -> str:
    """What a rule asks, as a sentence."""
    number, within = rule.number, rule.within or rule.number
    told: Mapping[WatchKind, str] = {
        WatchKind.UNEXCUSED_YEAR: _(
            "Absent without reason in at least %(number)s months of the year: such a member is to"
            " be dealt with by the charter's rules.",
            number=number,
        ),
        WatchKind.UNEXCUSED_RUNNING: _(
            "Absent without reason at least %(number)s times running, up to now. Months without a"
            " report, and those in which the member was not due, neither count nor end it.",
            number=number,
        ),
        WatchKind.UNEXCUSED_RECENT: _(
            "Absent without reason in at least %(number)s of the last %(within)s months.",
            number=number,
            within=within,
        ),
        WatchKind.EXCUSED_RUNNING: _(
            "Excused more than %(number)s times running in the year.", number=number - 1
        ),
        WatchKind.EXEMPTION_ENDING: _(
            "The exemption ends within %(number)s days, and no other follows it.", number=number
        ),
        WatchKind.TEMPORARY_OVERDUE: _(
            "Temporarily elsewhere or here for %(number)s months or longer; or the time is over"
            " and the member has come to no meeting since, or the guest is still on the roll.",
            number=number,
        ),
        WatchKind.NO_THEMATIC: _(
            "No thematic meeting held in the quarter, counted from its month %(number)s on.",
            number=number,
        ),
    }
    return told[rule.kind]


def basis(rule: Threshold) -> str:
    """The document behind a rule, and whether an office has confirmed the number."""
    named = rule.legal_basis or str(_("No legal basis given"))
    if rule.unit_path:
        return named
    shipped = _("as shipped, not confirmed by an office yet")
    return f"{named} · {shipped}"


def signs(entry: Entry) -> Iterator[tuple[str, str, str, str]]:
    """The months of a line: "07", its sign, the whole in words, and the tone."""
    for month, mark in entry.marks:
        sign, word, tone = SIGNS[mark]
        yield f"{month:%m}", _(sign), f"{month:%m/%Y}: {_(word)}", tone


def evidence(entry: Entry, day: date) -> str:
    """What a line of a spell or a cell shows, as a sentence; of marks, all in a row."""
    if entry.marks:
        return " ".join(f"{month} {sign}" for month, sign, _words, _tone in signs(entry))
    if entry.rule.kind is WatchKind.NO_THEMATIC:
        if entry.until is None:
            return str(_("none held, none planned"))
        return str(_("none held; planned for %(day)s", day=i18n.date_vi(entry.until, weekday=True)))
    return _spell(entry, day)


def _spell(entry: Entry, day: date) -> str:
    state = _(entry.state.value) if entry.state else ""
    decision = f" · {entry.decision_no}" if entry.decision_no else ""
    return f"{state}{decision}: {_end(entry, day)}"


def _end(entry: Entry, day: date) -> str:
    """When a spell ends or ended, and how long that is away."""
    last = i18n.date_vi(entry.until)
    until = str(_("until %(day)s", day=last))
    is_long = entry.rule.kind is WatchKind.TEMPORARY_OVERDUE
    if entry.until is None or (is_long and entry.until >= day):
        goes_on = full_months(entry.since, day)
        since = str(ngettext("for %(num)s month", "for %(num)s months", goes_on))
        return since if entry.until is None else f"{since}, {until}"
    if entry.until >= day:
        left = (entry.until - day).days
        days = ngettext("%(num)s day left", "%(num)s days left", left) if left else _("ends today")
        return f"{until}, {days}"
    if entry.state is ActivityState.TEMP_IN:
        return str(_("over since %(day)s, still on the roll", day=last))
    return str(_("over since %(day)s, not seen at a meeting since", day=last))
