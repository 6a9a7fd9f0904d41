"""Views of lists that people saved for themselves, by name: columns, filters, order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from sqlalchemy import DateTime, ForeignKey, Index, String, delete, func, select, text
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from app.core import chips, columns
from app.core.acting import Acting
from app.core.db import Base, Numbered, db
from app.core.errors import BadInput, RuleBroken
from app.core.text import nfc

MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 2_000
KEPT = timedelta(days=1)
"""So long a view that was taken away can be brought back."""
_PLAIN = {"q", chips.ARGUMENT, columns.ARGUMENT}


class SavedView(Numbered, Base):
    """The state of one list as its owner wants to see it again; nobody else sees it.

    ``screen`` is the list's name in the table of roles, ``query`` its address after "?".
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index(
            "uq_saved_view_name",
            "account_id",
            "screen",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_saved_view_default",
            "account_id",
            "screen",
            unique=True,
            postgresql_where=text("is_default AND removed_at IS NULL"),
        ),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    screen: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    is_default: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    def __str__(self) -> str:
        return self.name


# Reads


def of_screen(screen: str) -> Sequence[SavedView]:
    """One's own views of a list, by name."""
    found = select(SavedView).where(SavedView.screen == screen, SavedView.removed_at.is_(None))
    return db.session.scalars(found.order_by(func.lower(SavedView.name), SavedView.id)).all()


def arguments(query: str) -> MultiDict[str, str]:
    """The arguments of a stored address."""
    return MultiDict(parse_qsl(query, keep_blank_values=False))


def query_of(view: Any, given: MultiDict[str, str]) -> str:
    """What of an address is the state of the list: not its page, not the view it began from.

    Raises ``BadInput`` when the list does not know what it asks for.
    """
    name = type(view).__name__
    ordered = {f"_oc_{name}", f"_od_{name}", f"psize_{name}"}
    known = _PLAIN | ordered | set(view.list_arguments)
    kept = [
        (key, value)
        for key, value in given.items(multi=True)
        if value and (key in known or key.startswith("_flt_"))
    ]
    view.check_state(MultiDict(kept))
    # Values of one argument keep their order: it is that of the columns.
    return urlencode(sorted(kept, key=lambda pair: pair[0]))


# Writes


def save(view: Any, name: str, given: MultiDict[str, str], *, by: Acting) -> SavedView:
    """Keep the state of a list under a name. Raises ``RuleBroken`` for one that cannot be."""
    try:
        query = query_of(view, given)
    except BadInput as error:
        raise RuleBroken(str(error)) from error
    if not query:
        raise RuleBroken(_("This is the list as it always is. Filter or sort it first."), "name")
    if len(query) > LONGEST_QUERY:
        raise RuleBroken(_("These are too many filters to be kept."), "name")
    if len(of_screen(view.screen)) >= MOST:
        text = _("You have %(most)s views of this list. Delete one first.", most=MOST)
        raise RuleBroken(text, "name")
    saved = SavedView(account_id=by.account_id, screen=view.screen, query=query, is_default=False)
    rename(saved, name)
    db.session.add(saved)
    return saved


def rename(saved: SavedView, name: str) -> None:
    """Call a view otherwise. Raises ``RuleBroken`` for a name that is empty, long or taken."""
    plain = " ".join(nfc(name).split())
    if not plain:
        raise RuleBroken(_("This field is required."), "name")
    if len(plain) > LONGEST_NAME:
        text = _("The name may have %(most)s letters at most.", most=LONGEST_NAME)
        raise RuleBroken(text, "name")
    for other in of_screen(saved.screen):
        if other.id != saved.id and other.name.casefold() == plain.casefold():
            raise RuleBroken(_("You have a view of this name already."), "name")
    saved.name = plain


def change(saved: SavedView, view: Any, given: MultiDict[str, str]) -> None:
    """Let a view show what the list shows now."""
    query = query_of(view, given)
    if len(query) > LONGEST_QUERY:
        raise RuleBroken(_("These are too many filters to be kept."))
    saved.query = query


def set_default(saved: SavedView, wanted: bool) -> None:
    """Open the list with this view from now on, or no longer."""
    for other in of_screen(saved.screen):
        other.is_default = False
    # The old one first: there is only one at any moment.
    db.session.flush()
    saved.is_default = wanted


def remove(saved: SavedView, *, at: datetime) -> None:
    """Take a view away; for a while it can be brought back."""
    old = delete(SavedView).where(SavedView.removed_at < at - KEPT)
    db.session.execute(old.execution_options(synchronize_session=False))
    saved.removed_at, saved.is_default = at, False


def restore(saved: SavedView) -> None:
    """Bring a view back. Raises ``RuleBroken`` when another has taken its name meanwhile."""
    rename(saved, saved.name)
    saved.removed_at = None
