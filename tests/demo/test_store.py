"""What COPY is given is what the table holds."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.demo import store
from app.meetings.rules import MeetingType

from .conftest import owner

COLUMNS = ["id", "a", "b", "c", "d", "e"]
ROWS = [
    (1, "a\tb\\c\nd\re", None, True, Decimal("92.5"), date(2026, 2, 28)),
    (2, "\\N", "", False, Decimal("0.0"), date(1, 1, 1)),
    (3, "Đảng ủy “Khối”", "'; DROP TABLE unit; --", None, None, None),
]


@pytest.mark.parametrize("freeze", [False, True])
def test_text_numbers_and_dates_arrive_unchanged(empty, freeze):
    with owner(empty) as connection:
        connection.execute(
            "CREATE TABLE sample (id int, a text, b text, c bool, d numeric(5, 1), e date)"
        )
        store.copy(connection, "sample", COLUMNS, map(store.encode, ROWS), freeze=freeze)
        found = connection.execute("SELECT * FROM sample ORDER BY id").fetchall()
        connection.rollback()
    assert found == ROWS


def test_enumerations_go_by_name_and_moments_with_their_zone():
    at = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert store.encode((MeetingType.COMBINED, at)) == "COMBINED\t2026-11-01T07:30:00+00:00"


def test_a_value_that_no_column_holds_is_refused():
    with pytest.raises(TypeError, match="float"):
        store.encode((1.5,))
