"""The criteria sets that come with the application."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.evaluations import commands, queries, rules
from app.evaluations.models import CriteriaSet, Criterion
from app.evaluations.rules import CriterionKind, NaPolicy, SetStatus
from app.meetings.rules import MeetingType
from tests import factories

WHOLE = ("HD42-2025-NATIONAL", "ANPHU-2025", "SAMPLE-BEFORE-2025", "PHUTHO-KHOI")


@pytest.fixture
def loaded(system: None) -> dict[str, CriteriaSet]:
    made = commands.load_published(factories.unit("NORTH"))
    return {row.code: row for row in made}


def leaves(criteria_set: CriteriaSet) -> list[Criterion]:
    rows = [line.criterion for line in queries.lines(criteria_set.id)]
    return [row for row in rows if row.is_leaf]


@pytest.mark.parametrize("code", WHOLE)
def test_the_criteria_of_a_whole_set_sum_to_100(loaded, code):
    assert rules.total(row.max_points for row in leaves(loaded[code])) == 100


@pytest.mark.parametrize("code", WHOLE)
def test_every_group_is_the_sum_of_its_criteria(loaded, code):
    rows = [line.criterion for line in queries.lines(loaded[code].id)]
    for group in rows:
        below = [row.max_points for row in rows if row.parent_id == group.id]
        assert not below or sum(below) == group.max_points


def test_the_national_frame_has_its_seven_groups(loaded):
    rows = [line.criterion for line in queries.lines(loaded["HD42-2025-NATIONAL"].id)]
    groups = [int(row.max_points) for row in rows if row.parent_id is None]
    assert groups == [5, 5, 10, 40, 5, 30, 5]
    assert [row.kind for row in rows if row.metric] == [
        CriterionKind.AUTO,
        CriterionKind.AUTO,
        CriterionKind.SEMI_AUTO,
    ]


def test_loading_twice_adds_nothing(loaded):
    count = select(func.count()).select_from(Criterion)
    before = db.session.scalar(count)
    assert commands.load_published(factories.unit("NORTH")) == []
    assert db.session.scalar(count) == before


def test_only_the_national_frame_and_the_sample_are_in_force(loaded):
    active = {code for code, row in loaded.items() if row.status is SetStatus.ACTIVE}
    assert active == {"HD42-2025-NATIONAL", "SAMPLE-BEFORE-2025"}


def test_a_real_office_can_leave_the_sample_out(system):
    made = commands.load_published(factories.unit("NORTH"), sample=False)
    assert "SAMPLE-BEFORE-2025" not in {row.code for row in made}


def test_a_set_in_force_already_is_not_overlapped(system):
    made = {row.code: row for row in commands.load_published(factories.unit("ROOT"))}
    assert made["HD42-2025-NATIONAL"].status is SetStatus.DRAFT


def test_the_provincial_rule_without_known_text_is_an_empty_draft(loaded):
    row = loaded["HATINH-17-2023"]
    assert row.name == "Quy định 17-QĐ/TU Hà Tĩnh"
    assert row.status is SetStatus.DRAFT
    assert queries.lines(row.id) == []
    assert row.certainty
    assert row.certainty.startswith("X")


def test_a_criterion_without_a_known_name_says_so(loaded):
    names = {row.code: row.name for row in leaves(loaded["ANPHU-2025"])}
    assert names["5.1"] == "Tiêu chí 5.1 (tên chưa rõ)"
    assert names["2.1"] == "Tỷ lệ đảng viên dự sinh hoạt"


def test_levels_carry_the_bounds_their_labels_name(loaded):
    rows = {row.code: row for row in leaves(loaded["ANPHU-2025"])}
    assert rows["2.1"].choices == [
        {"points": 4, "label": ">=90%", "lower": 90},
        {"points": 3, "label": "75-<90%", "lower": 75, "upper": 90},
        {"points": 2, "label": "65-<75%", "lower": 65, "upper": 75},
        {"points": 1, "label": "<65% hoặc có vắng không lý do", "upper": 65},
    ]
    assert rows["1"].choices[3] == {"points": 2, "label": "Chỉ bằng 1/2"}
    assert rows["3.3"].na_policy is NaPolicy.AWARD_FULL


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("100", "TOT"),
        ("90", "TOT"),
        ("89.5", "KHA"),
        ("70", "KHA"),
        ("69.5", "TRUNG_BINH"),
        ("50", "TRUNG_BINH"),
        ("49.5", "KEM"),
        ("0", "KEM"),
    ],
)
def test_the_bands_of_the_national_frame_rate_at_their_edges(loaded, points, code):
    found = queries.bands(loaded["HD42-2025-NATIONAL"].id)
    pairs = [(band.min_points, band.rating_code) for band in found]
    assert rules.rating(Decimal(points), pairs) == code


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 10, 27), "SAMPLE-BEFORE-2025"),
        (date(2025, 10, 28), "HD42-2025-NATIONAL"),
        (date(2018, 7, 5), "TEST"),
    ],
)
def test_the_set_of_a_day_is_the_nearest_owners(loaded, day, code):
    if code == "TEST":  # the upper committee's own, since 2020
        day = date(2020, 1, 1)
        loaded["SAMPLE-BEFORE-2025"].valid_from = date(2021, 1, 1)
    cell = factories.unit("N1")
    found = queries.set_for(cell.path, day, MeetingType.REGULAR)
    assert found is not None
    assert found.code == code


def test_a_neighbours_set_does_not_hold_here(loaded):
    found = queries.set_for(factories.unit("S1").path, date(2026, 10, 4), MeetingType.REGULAR)
    assert found is not None
    assert found.code == "TEST"


def test_a_type_that_no_set_covers_has_none(loaded):
    db.session.scalars(
        select(CriteriaSet).where(CriteriaSet.code == "TEST")
    ).one().status = SetStatus.RETIRED
    path = factories.unit("N1").path
    assert queries.set_for(path, date(2026, 10, 4), MeetingType.COMMITTEE) is None
