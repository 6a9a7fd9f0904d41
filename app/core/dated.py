"""Rows that hold for a time: ``valid_to`` is the first day on which they no longer do."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ColumnElement, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from app.core.errors import RuleBroken


class Dated:
    """The columns of a row that holds for a time."""

    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity")
    )


def holds_on(dated: Any, day: Any) -> ColumnElement[bool]:
    """The clause: a dated row is valid on ``day``."""
    return and_(dated.valid_from <= day, or_(dated.valid_to.is_(None), dated.valid_to > day))


def check_order(dated: Any) -> None:
    """Raises ``RuleBroken`` beside the end unless it comes after the start."""
    if dated.valid_to is not None and dated.valid_to <= dated.valid_from:
        raise RuleBroken(_("The end must come after the start."), "valid_to")
