"""The review in words: what a rule asks, what an exception rests on."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core import i18n
from app.core.terms import N_
from app.review.findings import Finding
from app.review.rules import ReviewKind, Threshold

SIGNS: Mapping[ReviewKind, tuple[str, str]] = {
    ReviewKind.LATE: ("clock", "bad"),
    ReviewKind.NOT_HELD: ("calendar-x", "bad"),
    ReviewKind.PUT_OFF: ("calendar-clock", "warn"),
    ReviewKind.GATE: ("ban", "bad"),
    ReviewKind.GAP: ("switch-horizontal", "bad"),
    ReviewKind.FULL_WITHOUT_FACTS: ("question-mark", "bad"),
    ReviewKind.SHORT: ("hourglass", "warn"),
    ReviewKind.LOW_ATTENDANCE: ("user-minus", "warn"),
    ReviewKind.COPIED: ("copy", "warn"),
    ReviewKind.SAME_SCORE: ("repeat", "warn"),
    ReviewKind.EARLY: ("player-skip-forward", "warn"),
    ReviewKind.ALL_PRESENT: ("users-group", "info"),
}
"""The icon and the tone of each kind."""

DEEDS: Mapping[str, tuple[str, str, str]] = {
    "approve": (N_("Approve"), "check", N_("Approve the %(num)s without exceptions")),
    "verify": (N_("Verify"), "shield-check", N_("Verify the %(num)s without exceptions")),
    "make_official": (
        N_("Make official"),
        "certificate",
        N_("Make the %(num)s without exceptions official"),
    ),
}
"""What can be done together: its name, its icon, its button."""


def formula(rule: Threshold) -> str:
    """What a rule asks, as a sentence."""
    if not rule.active:
        return str(_("Not asked for here."))
    number = rule.number or 0
    told: Mapping[ReviewKind, str] = {
        ReviewKind.LATE: _(
            "The result came, or is waited for, at least %(number)s days after its last day.",
            number=number,
        ),
        ReviewKind.NOT_HELD: _("The month's meeting was not held."),
        ReviewKind.PUT_OFF: _(
            "The month's meeting was put off at least %(number)s times.", number=number
        ),
        ReviewKind.GATE: _(
            "The cell gave itself the best rating although at least %(number)s members were absent"
            " without reason.",
            number=number,
        ),
        ReviewKind.GAP: _(
            "The superior's score and the cell's own differ by at least %(number)s points.",
            number=number,
        ),
        ReviewKind.FULL_WITHOUT_FACTS: _(
            "Full marks, for a criterion that is measured or for the whole sheet, while the result"
            " lacks what they rest on."
        ),
        ReviewKind.SHORT: _(
            "The meeting was at least %(number)s minutes shorter than the criteria set asks for"
            " full marks.",
            number=number,
        ),
        ReviewKind.LOW_ATTENDANCE: _("Fewer than %(number)s %% came of those due.", number=number),
        ReviewKind.COPIED: _(
            "At least %(number)s %% of the words of the content are those of last month's.",
            number=number,
        ),
        ReviewKind.SAME_SCORE: _(
            "The self-score was exactly the same in %(number)s months running.", number=number
        ),
        ReviewKind.EARLY: _("The result or the score was sent before the meeting was over."),
        ReviewKind.ALL_PRESENT: _(
            "Everybody came in %(number)s months running. Worth knowing; alone it holds nothing"
            " back.",
            number=number,
        ),
    }
    return str(told[rule.kind])


def basis(rule: Threshold) -> str:
    """The document behind a rule, and whether an office has confirmed the number."""
    named = rule.legal_basis or str(_("No legal basis given"))
    if rule.unit_path:
        return named
    return f"{named} · {_('as shipped, not confirmed by an office yet')}"


def evidence(one: Finding) -> str:
    """What an exception rests on, as a sentence."""
    return str(_TOLD[one.kind](one.seen))


def _late(seen: Mapping[str, Any]) -> str:
    days = seen["days"]
    if seen["sent"]:
        return str(ngettext("sent %(num)s day late", "sent %(num)s days late", days))
    return str(ngettext("not sent, %(num)s day late", "not sent, %(num)s days late", days))


def _gap(seen: Mapping[str, Any]) -> str:
    gap = seen["gap"]
    shown = i18n.number(abs(gap))
    lower = _("the superior gave %(points)s points less", points=shown)
    return str(lower if gap < 0 else _("the superior gave %(points)s points more", points=shown))


def _missing(seen: Mapping[str, Any]) -> str:
    lacks = ", ".join(str(_(name)) for name in seen["missing"])
    return str(_("full marks, but without: %(facts)s", facts=lacks))


_TOLD: Mapping[ReviewKind, Any] = {
    ReviewKind.LATE: _late,
    ReviewKind.NOT_HELD: lambda _seen: _("not held"),
    ReviewKind.PUT_OFF: lambda seen: ngettext(
        "put off %(num)s time", "put off %(num)s times", seen["times"]
    ),
    ReviewKind.GATE: lambda seen: ngettext(
        "best rating, yet %(num)s member absent without reason",
        "best rating, yet %(num)s members absent without reason",
        seen["unexcused"],
    ),
    ReviewKind.GAP: _gap,
    ReviewKind.FULL_WITHOUT_FACTS: _missing,
    ReviewKind.SHORT: lambda seen: _(
        "%(minutes)s minutes instead of %(needed)s", minutes=seen["minutes"], needed=seen["needed"]
    ),
    ReviewKind.LOW_ATTENDANCE: lambda seen: _(
        "attendance %(share)s",
        share=i18n.percent(seen["share"].present, seen["share"].denominator),
    ),
    ReviewKind.COPIED: lambda seen: _("%(alike)s %% as last month", alike=seen["alike"]),
    ReviewKind.SAME_SCORE: lambda seen: _(
        "%(total)s points in %(months)s months running",
        total=i18n.number(seen["total"]),
        months=seen["months"],
    ),
    ReviewKind.EARLY: lambda seen: ngettext(
        "sent %(num)s minute before the end", "sent %(num)s minutes before the end", seen["minutes"]
    ),
    ReviewKind.ALL_PRESENT: lambda seen: _(
        "everybody present in %(months)s months running", months=seen["months"]
    ),
}
