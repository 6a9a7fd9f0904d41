"""The exceptions of a review as a sheet of a workbook, with the rules they go by."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.core import clock, i18n
from app.core.export import Sheet
from app.review import words
from app.review.cases import Case, Review
from app.review.rules import ReviewKind


def sheet(of: Review, kind: ReviewKind | None, *, by: str) -> Sheet:
    """One line for each exception of each cell; ``by`` is who took it, as the notes say."""
    heads = [_("Cell"), _("Committee"), _("Exception"), _("Evidence"), _("Result state")]
    heads += [_("State of the score"), _("Legal basis")]
    rows = [row for one in of.of_kind(kind) for row in _rows(one, kind)]

    def notes(count: int) -> Sequence[str]:
        taken = _(
            "%(count)s rows, taken on %(now)s by %(name)s. Reported: %(sent)s of %(all)s cells.",
            count=count,
            now=i18n.datetime_vi(clock.wall()),
            name=by,
            sent=of.number(reported=True),
            all=of.number(),
        )
        rules = of.book.rules(of.path).values()
        return [str(taken), *(f"{_(one.kind.value)}: {words.formula(one)}" for one in rules)]

    return Sheet(str(_("Review")), [str(head) for head in heads], rows, notes)


def _rows(one: Case, kind: ReviewKind | None) -> Sequence[Sequence[object]]:
    cell = one.cell
    return [
        [
            cell.name,
            cell.parent_name,
            found.kind,
            words.evidence(found),
            cell.result_state,
            one.score,
            words.basis(found.rule),
        ]
        for found in one.findings
        if kind in (None, found.kind)
    ]
