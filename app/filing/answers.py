"""What a browser is told of a filing: values, errors, sums, and what became of its save."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.core import clock, i18n
from app.evaluations import sheet as sheets
from app.filing import totals
from app.filing.document import Filing
from app.filing.totals import Scored
from app.meetings.rules import WRITABLE


def told(filing: Filing, **more: Any) -> dict[str, Any]:
    """The filing as it stands, counted by the server."""
    values, meeting = filing.values, filing.meeting
    share = totals.share(filing, values)
    found = totals.scored(filing, values)
    return {
        "version": meeting.version,
        "stamp": stamp(filing),
        "state": meeting.result_state.name,
        "open": meeting.result_state in WRITABLE,
        "values": values,
        "errors": filing.errors,
        "counts": asdict(totals.counts(filing, values)),
        "share": i18n.percent(share.present, share.denominator),
        "score": score(filing, found),
        "saved_at": f"{clock.wall():%H:%M}",
        "sent": False,
        "conflicts": {},
        "refused": {},
    } | more


def stamp(filing: Filing) -> int:
    """When the unfinished part was last saved, in milliseconds: a kept copy may be older."""
    return int(filing.draft.updated_at.timestamp() * 1000) if filing.draft else 0


def score(filing: Filing, found: list[Scored]) -> dict[str, Any] | None:
    """Sum and rating so far, and for each criterion the points of the facts and why."""
    sheet = filing.sheet
    if sheet is None:
        return None
    totals.put_into_sheet(filing, found)
    return {
        "sum": i18n.number(sheet.total),
        "of": i18n.number(sheet.criteria_set.total or 0),
        "rating": str(sheet.rating.rating) if sheet.rating else "",
        "missing": sheet.missing,
        "criteria": {str(one.criterion.id): _criterion(one) for one in found},
    }


def _criterion(one: Scored) -> Mapping[str, str]:
    return {"auto": sheets.shown(one.proposal), "why": one.why}
