"""The watch lists as sheets of a workbook, each with the rule it goes by."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.core import clock, i18n
from app.core.export import Sheet
from app.watch import words
from app.watch.lists import Entry, WatchList


def sheets(lists: Sequence[WatchList], day: date, *, by: str) -> list[Sheet]:
    """One sheet for each list; ``by`` is who took them, as the notes say."""
    return [_sheet(one, day, by) for one in lists]


def _sheet(of: WatchList, day: date, by: str) -> Sheet:
    heads = [_("Member"), _("Cell"), _("Committee"), _("Evidence"), _("Since"), _("Legal basis")]

    def notes(count: int) -> list[str]:
        rules = [f"{words.formula(rule)} {words.basis(rule)}" for rule in of.rules]
        taken = _(
            "%(count)s rows as of %(day)s, taken on %(now)s by %(name)s. Personal data: for the"
            " cell and its committee's clerk only.",
            count=count,
            day=i18n.date_vi(day),
            now=i18n.datetime_vi(clock.wall()),
            name=by,
        )
        return [str(_(of.kind.value)), *rules, str(taken)]

    return Sheet(
        str(_(of.kind.value)),
        [str(head) for head in heads],
        [_row(one, day) for one in of.entries],
        notes,
    )


def _row(one: Entry, day: date) -> list[Any]:
    said = words.evidence(one, day)
    names = (one.name, one.cell.name, one.cell.parent_name)
    return [*names, said, one.since, words.basis(one.rule)]
