"""The form fields: what people may type, and what they are told when it cannot be read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given as forall
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form, validators

from app.core import choosing, fields, typed
from app.core.clock import OFFICE
from app.core.terms import Term


class Mood(Term):
    CALM = "Calm"
    BUSY = "Busy"


UNITS = {"1": SimpleNamespace(id=1, name="North"), "2": SimpleNamespace(id=2, name="South")}


class Sheet(Form):
    held_on = fields.DateField("Held on", [validators.Optional()])
    month = fields.MonthField("Month", [validators.Optional()])
    at = fields.MomentField("At", [validators.Optional()])
    stamped_at = fields.MomentField("Stamped", [validators.Optional()], aware=True)
    points = fields.NumberField(
        "Points", [validators.Optional()], step=Decimal("0.5"), scale=1, digits=3
    )
    mood = choosing.TermField("Mood", [validators.Optional()], terms=Mood, blank=True)
    unit = choosing.LookupField(
        "Unit", [validators.DataRequired()], table="unit", get_row=UNITS.get
    )


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask("fields")
    Babel(app, default_locale="vi")
    with app.test_request_context():
        yield


def sent(**entries: str) -> Sheet:
    sheet = Sheet(MultiDict({"unit": "1"} | entries))
    sheet.validate()
    return sheet


@pytest.mark.parametrize(
    "given", ["25/10/2026", "25-10-2026", "25.10.2026", "25 10 2026", "25102026", "2026-10-25"]
)
def test_a_day_can_be_typed_in_many_ways(given: str) -> None:
    assert sent(held_on=given).held_on.data == date(2026, 10, 25)


def test_the_day_comes_before_the_month() -> None:
    assert sent(held_on="5/3/2026").held_on.data == date(2026, 3, 5)


@pytest.mark.parametrize(
    "given", ["31/02/2026", "10/2026", "1/1/126", "1/9", "hôm nay", "1/1/0000", "٥/3/2026"]
)
def test_a_day_that_is_none_is_told_how_to_be_written_and_stays_in_the_field(given: str) -> None:
    sheet = sent(held_on=given)
    assert "25/10/2026" in sheet.held_on.errors[0]
    assert sheet.held_on.data is None
    assert f'value="{given}"' in sheet.held_on()


@pytest.mark.parametrize(
    ("given", "year"), [("1/9/26", 2026), ("01-09-49", 2049), ("1.9.50", 1950), ("1/9/98", 1998)]
)
def test_a_year_of_two_digits_is_of_this_century_or_the_last(given, year):
    assert sent(held_on=given).held_on.data == date(year, 9, 1)


@pytest.mark.parametrize("given", ["10/2026", "10-2026", "2026-10", "25/10/2026"])
def test_a_month_is_its_first_day(given: str) -> None:
    assert sent(month=given).month.data == date(2026, 10, 1)


@pytest.mark.parametrize("given", ["13/2026", "2026", "tháng mười"])
def test_a_month_that_is_none_is_told_how_to_be_written(given: str) -> None:
    assert "10/2026" in sent(month=given).month.errors[0]


@pytest.mark.parametrize(
    "given",
    ["25/10/2026 19:30", "25/10/2026 19h30", "2026-10-25T19:30", "2026-10-25 19:30:59.123456"],
)
def test_microseconds_never_make_a_save_fail(given: str) -> None:
    sheet = sent(at=given)
    assert not sheet.at.errors
    assert sheet.at.data == datetime(2026, 10, 25, 19, 30)


def test_a_stored_moment_with_microseconds_comes_back_as_it_was_shown() -> None:
    stored = SimpleNamespace(at=datetime(2026, 10, 25, 19, 30, 0, 123456), unit=UNITS["1"])
    shown = Sheet(obj=stored).at._value()
    assert shown == "25/10/2026 19:30"
    assert not sent(at=shown).at.errors


def test_an_aware_moment_is_typed_and_shown_on_the_offices_clock() -> None:
    typed = sent(stamped_at="25/10/2026 19:30").stamped_at
    assert typed.data == datetime(2026, 10, 25, 19, 30, tzinfo=OFFICE)
    stored = SimpleNamespace(stamped_at=datetime(2026, 10, 25, 12, 30, tzinfo=UTC))
    assert Sheet(obj=stored).stamped_at._value() == "25/10/2026 19:30"


@pytest.mark.parametrize("given", ["7,5", "7.5", " 7,50 "])
def test_comma_and_point_both_mark_decimals(given: str) -> None:
    assert sent(points=given).points.data == Decimal("7.5")


@pytest.mark.parametrize(
    ("given", "scale", "number"),
    [
        ("1.234,5", 1, "1234.5"),
        ("1,234.5", 1, "1234.5"),
        ("1.234", 1, "1234"),
        ("1.234", 3, "1.234"),
        ("-2,5", 1, "-2.5"),
    ],
)
def test_numbers_are_read_as_people_group_them(given: str, scale: int, number: str) -> None:
    assert typed.number(given, scale) == Decimal(number)


@pytest.mark.parametrize("given", ["7,3", "7,55", "1000", "NaN", "1e5", "7,5 điểm", "٧"])
def test_points_out_of_step_or_range_are_refused_in_plain_words(given: str) -> None:
    sheet = sent(points=given)
    assert "0,5" in sheet.points.errors[0]
    assert f'value="{given}"' in sheet.points()


def test_a_number_is_shown_with_the_decimal_mark_of_the_language() -> None:
    stored = SimpleNamespace(points=Decimal("92.50"))
    assert Sheet(obj=stored).points._value() == "92,5"
    with force_locale("en"):
        assert Sheet(obj=stored).points._value() == "92.5"


def test_a_term_is_chosen_by_name() -> None:
    assert sent(mood="BUSY").mood.data is Mood.BUSY
    assert sent(mood="").mood.data is None


def test_a_term_that_is_not_in_the_list_is_refused() -> None:
    sheet = sent(mood="ANGRY")
    assert sheet.mood.errors
    assert sheet.mood.data is None


def test_a_look_up_holds_only_the_chosen_row() -> None:
    drawn = sent(unit="2").unit()
    assert drawn.count("<option") == 2
    assert 'data-lookup-url="/lookup/unit"' in drawn


@pytest.mark.parametrize("key", ["3", "x", "-1", "9" * 40, "1\0"])
def test_a_row_out_of_scope_is_not_found(key: str) -> None:
    sheet = sent(unit=key)
    assert sheet.unit.data is None
    assert len(sheet.unit.errors) == 1


def test_a_look_up_that_is_needed_says_so() -> None:
    assert sent(unit="").unit.errors


@forall(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_can_be_read_back(day: date) -> None:
    field: Any = SimpleNamespace()
    assert typed.day(fields.DateField.show(field, day)) == day


@forall(st.decimals(-999, 999, places=1, allow_nan=False))
def test_every_number_of_one_decimal_can_be_read_back(number: Decimal) -> None:
    assert typed.number(str(number).replace(".", ","), 1) == number
    assert typed.number(str(number), 1) == number


@forall(st.text())
def test_whatever_is_typed_is_read_or_refused(given: str) -> None:
    for read in (typed.day, typed.moment, typed.number):
        try:
            read(given)  # type: ignore[operator] # three readers of text
        except (ValueError, OverflowError):
            continue


@pytest.mark.parametrize("given", ["   ", "\t", "\u200b", "\u202e\x07"])
def test_blanks_do_not_answer_a_field_that_is_needed(given: str) -> None:
    class Needed(Form):
        day = fields.DateField(validators=[validators.InputRequired()])
        month = fields.MonthField(validators=[validators.InputRequired()])
        points = fields.NumberField(validators=[validators.InputRequired()])

    sheet = Needed(MultiDict({"day": given, "month": given, "points": given}))
    assert not sheet.validate()
    assert set(sheet.errors) == {"day", "month", "points"}


@pytest.mark.parametrize("mistyped", ["01/01/0001", "31/12/9999", "5/3/1899", "1/1/2201"])
def test_a_year_no_office_can_mean_is_refused(mistyped: str) -> None:
    with pytest.raises(ValueError, match=r"\d{4}"):
        typed.day(mistyped)
