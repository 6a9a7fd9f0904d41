"""The criteria sets that come with the application, read from a file into the database."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from app.core.acting import Acting
from app.core.db import db
from app.evaluations import queries, rules
from app.evaluations.models import CriteriaSet, Criterion, RatingBand
from app.evaluations.rules import CriterionKind, NaPolicy, SetStatus
from app.security.commands import record
from app.units.models import Unit

SOURCE = Path(__file__).parent / "data" / "criteria_sets.yaml"
SAMPLE = "SAMPLE-BEFORE-2025"
"""The invented set that lets the demo have months before HD 42."""

Row = Mapping[str, Any]


@cache
def _published() -> tuple[Row, ...]:
    return tuple(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))


def load_published(
    owner: Unit, by: Acting | None = None, *, sample: bool = True
) -> list[CriteriaSet]:
    """Give ``owner`` every published set that it lacks; returns the new ones. Repeatable.

    HD 42 comes into force unless ``owner`` has a set in force already that it would overlap; all
    sets not marked as in force in the file are drafts. ``sample`` adds the invented set for
    months before 28/10/2025, which an office at real work does not need. Nothing is committed.
    """
    known = set(db.session.scalars(select(CriteriaSet.code).where(CriteriaSet.unit_id == owner.id)))
    made = [
        _load(row, owner, by)
        for row in _published()
        if row["code"] not in known and (sample or row["code"] != SAMPLE)
    ]
    db.session.flush()
    return made


def _load(row: Row, owner: Unit, by: Acting | None) -> CriteriaSet:
    where = {"unit_id": owner.id, "unit_path": owner.path}
    fields = ("code", "name", "issuer", "legal_basis", "certainty", "total")
    made = CriteriaSet(
        **where,
        **{name: row.get(name) for name in fields},
        revision=1,
        status=SetStatus.DRAFT,
        meeting_types=row.get("meeting_types", []),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )
    if row.get("status") == SetStatus.ACTIVE.name and not queries.overlapping(made):
        made.status = SetStatus.ACTIVE
    db.session.add(made)
    db.session.flush()
    owned = where | {"criteria_set_id": made.id}
    _add_criteria(row.get("groups", []), owned)
    db.session.add_all(
        RatingBand(**owned, rating_code=code, min_points=lowest)
        for code, lowest in row.get("bands", {}).items()
    )
    record(made, "load", by=by, detail={"code": made.code})
    return made


def _add_criteria(groups: list[Row], owned: dict[str, Any]) -> None:
    """Groups first: children refer to them."""
    position = 0
    for number, group in enumerate(groups, 1):
        code = str(group.get("code", number))
        children = group.get("children", [])
        position += 1
        parent = _criterion(group, code, position, owned)
        parent.is_leaf = not children
        db.session.add(parent)
        if not children:
            continue
        db.session.flush()
        for code_of_child, child in _numbered(code, children):
            position += 1
            db.session.add(
                _criterion(child, code_of_child, position, owned | {"parent_id": parent.id})
            )


def _numbered(code: str, children: list[Row]) -> Iterator[tuple[str, Row]]:
    for number, child in enumerate(children, 1):
        yield f"{code}.{number}", child


def _criterion(row: Row, code: str, position: int, owned: dict[str, Any]) -> Criterion:
    return Criterion(
        **owned,
        code=code,
        position=position,
        # A text of the data, like all names beside it, and so in Vietnamese.
        name=row.get("name") or f"Tiêu chí {code} (tên chưa rõ)",
        max_points=rules.exact(row.get("max", 0)),
        kind=CriterionKind[row.get("kind", "MANUAL")],
        metric=row.get("metric"),
        na_policy=NaPolicy[row["na_policy"]] if "na_policy" in row else None,
        choices=[
            {"points": points, "label": label, **rules.bounds(label)}
            for points, label in row["choices"]
        ]
        if "choices" in row
        else None,
        standard=row.get("standard"),
        note=row.get("note"),
    )
