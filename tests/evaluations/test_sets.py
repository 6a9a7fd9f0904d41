"""Drafting, cloning, putting in force and ending criteria sets."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands, drafts, queries, sets
from app.evaluations.models import CriteriaSet, Criterion, RatingBand
from app.evaluations.rules import NaPolicy, SetStatus
from app.meetings.rules import MeetingType
from tests import factories
from tests.evaluations.conftest import acting

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def national(system: None) -> CriteriaSet:
    made = commands.load_published(factories.unit("NORTH"))
    return next(row for row in made if row.code == "HD42-2025-NATIONAL")


@pytest.fixture
def copy(national: CriteriaSet) -> CriteriaSet:
    return sets.clone(national, by=acting("admin_north"))


def first_leaf(criteria_set: CriteriaSet) -> Criterion:
    return queries.lines(criteria_set.id)[0].criterion


def test_a_clone_is_a_draft_of_the_next_revision_with_all_its_rows(national, copy):
    assert (copy.revision, copy.status, copy.valid_from) == (2, SetStatus.DRAFT, None)
    old, new = queries.lines(national.id), queries.lines(copy.id)
    assert [line.criterion.code for line in new] == [line.criterion.code for line in old]
    assert {line.criterion.parent_id for line in new} & {row.criterion.id for row in old} == set()
    assert len(queries.bands(copy.id)) == 4


def test_a_superiors_set_is_cloned_into_ones_own_unit(system):
    test = db.session.scalars(select(CriteriaSet).where(CriteriaSet.code == "TEST")).one()
    db.session.expunge_all()
    test = db.session.get(CriteriaSet, test.id)
    with db.session.no_autoflush:
        made = sets.clone(test, by=acting("admin"))
    assert made.unit.code == "ROOT"


def test_a_new_revision_takes_over_the_day_it_begins(national, copy):
    copy.valid_from = NOVEMBER
    sets.activate(copy, by=acting("admin_north"))
    assert national.valid_to == NOVEMBER
    path = factories.unit("N1").path
    before = queries.set_for(path, NOVEMBER - timedelta(days=1), MeetingType.REGULAR)
    after = queries.set_for(path, NOVEMBER, MeetingType.REGULAR)
    assert (before, after) == (national, copy)


def test_points_that_do_not_sum_to_the_total_are_not_put_in_force(copy):
    copy.valid_from = NOVEMBER
    first_leaf(copy).max_points = Decimal(6)
    with pytest.raises(RuleBroken) as broken:
        sets.activate(copy, by=acting("admin_north"))
    assert broken.value.field == "total"


def test_a_group_must_be_the_sum_of_its_criteria(copy):
    copy.valid_from = NOVEMBER
    group = next(row.criterion for row in queries.lines(copy.id) if not row.criterion.is_leaf)
    group.max_points = Decimal(11)
    with pytest.raises(RuleBroken, match="G3"):
        sets.activate(copy, by=acting("admin_north"))


def test_ratings_must_begin_at_nothing(copy):
    copy.valid_from = NOVEMBER
    queries.bands(copy.id)[-1].min_points = Decimal(10)
    with pytest.raises(RuleBroken):
        sets.activate(copy, by=acting("admin_north"))


def test_what_cannot_be_computed_yet_is_not_put_in_force(copy):
    copy.valid_from = NOVEMBER
    first_leaf(copy).na_policy = NaPolicy.EXCLUDE_AND_RESCALE
    with pytest.raises(RuleBroken, match="G1"):
        sets.activate(copy, by=acting("admin_north"))


@pytest.mark.parametrize(
    ("values", "field"),
    [({"valid_from": None}, "valid_from"), ({"meeting_types": []}, "meeting_types")],
)
def test_a_set_without_days_or_types_is_not_put_in_force(copy, values, field):
    copy.valid_from = NOVEMBER
    for name, value in values.items():
        setattr(copy, name, value)
    with pytest.raises(RuleBroken) as broken:
        sets.activate(copy, by=acting("admin_north"))
    assert broken.value.field == field


def test_a_set_for_fewer_types_does_not_end_one_for_more(copy):
    copy.valid_from = NOVEMBER
    copy.meeting_types = ["REGULAR"]
    with pytest.raises(RuleBroken):
        sets.activate(copy, by=acting("admin_north"))


def test_a_set_for_a_while_does_not_end_an_open_one(copy):
    copy.valid_from, copy.valid_to = NOVEMBER, date(2027, 1, 1)
    with pytest.raises(RuleBroken):
        sets.activate(copy, by=acting("admin_north"))


def test_a_set_that_begins_earlier_does_not_swallow_a_later_one(copy):
    copy.valid_from = date(2024, 1, 1)
    with pytest.raises(RuleBroken):
        sets.activate(copy, by=acting("admin_north"))


def test_a_set_in_force_is_not_edited(national):
    with pytest.raises(RuleBroken):
        drafts.change(national, by=acting("admin_north"))
    with pytest.raises(RuleBroken):
        drafts.save_criterion(first_leaf(national), by=acting("admin_north"))
    with pytest.raises(RuleBroken):
        drafts.save_band(queries.bands(national.id)[0], by=acting("admin_north"))
    with pytest.raises(RuleBroken):
        sets.activate(national, by=acting("admin_north"))


def test_a_draft_that_scores_stand_on_is_not_edited_either(system):
    used = db.session.scalars(select(CriteriaSet).where(CriteriaSet.code == "TEST")).one()
    used.status = SetStatus.DRAFT
    with pytest.raises(RuleBroken):
        drafts.change(used, by=acting("admin"))


def test_a_child_makes_its_parent_a_group(copy):
    parent, admin = first_leaf(copy), acting("admin_north")
    child = Criterion(
        criteria_set=copy,
        parent=parent,
        position=50,
        code="G1.1",
        name="Đúng giờ",
        max_points=Decimal(5),
    )
    drafts.save_criterion(child, by=admin)
    assert parent.is_leaf is False
    assert child.is_leaf is True
    assert child.unit_id == copy.unit_id


def test_a_parent_of_another_set_is_refused(national, copy):
    row, foreign, admin = first_leaf(copy), first_leaf(national), acting("admin_north")
    row.parent = foreign
    with pytest.raises(RuleBroken) as broken:
        drafts.save_criterion(row, by=admin)
    assert broken.value.field == "parent"


def test_a_level_above_the_maximum_is_refused(copy):
    row = first_leaf(copy)
    row.choices = [{"points": 6, "label": "Quá đủ"}]
    with pytest.raises(RuleBroken) as broken:
        drafts.save_criterion(row, by=acting("admin_north"))
    assert broken.value.field == "choices"


def test_a_band_below_nothing_is_refused(copy):
    admin = acting("admin_north")
    band = RatingBand(criteria_set=copy, rating_code="KEM", min_points=Decimal(-1))
    with pytest.raises(RuleBroken):
        drafts.save_band(band, by=admin)


def test_retiring_ends_a_set_in_force_with_today(national):
    sets.retire(national, by=acting("admin_north"))
    assert national.valid_to == clock.today()
    assert national.status is SetStatus.ACTIVE
    with pytest.raises(RuleBroken):
        sets.retire(national, by=acting("admin_north"))


def test_retiring_lays_a_draft_aside(copy):
    sets.retire(copy, by=acting("admin_north"))
    assert copy.status is SetStatus.RETIRED
    with pytest.raises(RuleBroken):
        sets.activate(copy, by=acting("admin_north"))


def test_a_superiors_draft_is_not_written_from_below(system):
    row = db.session.scalars(select(CriteriaSet).where(CriteriaSet.code == "TEST")).one()
    row.status = SetStatus.DRAFT
    for command in (drafts.change, sets.activate, sets.retire):
        with pytest.raises(RuleBroken):
            command(row, by=acting("admin_north"))
