"""Writes of the rating scale, which every unit of the installation shares."""

from flask_babel import gettext as _

from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations.models import Rating
from app.security.commands import record
from app.units.models import Unit
from app.units.rules import depth


def add(rating: Rating, *, by: Acting) -> None:
    """Add a rating to the scale.

    Raises ``RuleBroken`` unless ``by`` acts for the uppermost unit, or for a code that is taken
    or not made of capital letters.
    """
    if not (rating.code.isascii() and rating.code.isidentifier() and rating.code.isupper()):
        message = _("Write the code in capital letters, digits and underscores: TOT.")
        raise RuleBroken(message, "code")
    with db.session.no_autoflush:
        if db.session.get(Rating, rating.code) is not None:
            raise RuleBroken(_("This code is taken."), "code")
    _accept(rating, "add_rating", by)
    db.session.add(rating)


def change(rating: Rating, *, by: Acting) -> None:
    """Take over another name, letter or rank; raises ``RuleBroken`` as ``add`` does."""
    _accept(rating, "edit_rating", by)


def _accept(rating: Rating, verb: str, by: Acting) -> None:
    if depth(by.unit_path) != 1:
        raise RuleBroken(_("All units share this table: only the uppermost unit changes it."))
    with db.session.no_autoflush:
        owner = db.session.get_one(Unit, by.unit_id)
        code = rating.code
    record(owner, verb, by=by, detail={"code": code})
