"""What makes a month an exception, by which number, and whose rule holds."""

from decimal import Decimal

import pytest

from app.meetings.rules import ScheduleState, Share
from app.review import findings, rules
from app.review.findings import Facts
from app.review.rules import Book, ReviewKind, Threshold

NINETY, FULL = Decimal(90), Share(5, 5)


def kinds(book: Book | None = None, path: str = "/1/2/", **facts: object) -> set[str]:
    found = findings.findings(Facts(**facts), book or Book([]), path)  # type: ignore[arg-type]
    return {one.kind.name for one in found}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"days_late": 1}, "LATE"),
        ({"state": ScheduleState.NOT_HELD}, "NOT_HELD"),
        ({"put_off": 2}, "PUT_OFF"),
        ({"rated_best": True, "unexcused": 1}, "GATE"),
        ({"gap": Decimal("-5")}, "GAP"),
        ({"gap": Decimal("5.5")}, "GAP"),
        ({"missing": ("minutes",)}, "FULL_WITHOUT_FACTS"),
        ({"minutes": 75, "minutes_needed": 90}, "SHORT"),
        ({"shares": [Share(4, 5)]}, "LOW_ATTENDANCE"),
        ({"alike": 90}, "COPIED"),
        ({"totals": [NINETY] * 3}, "SAME_SCORE"),
        ({"early_min": 1}, "EARLY"),
        ({"shares": [FULL] * 6}, "ALL_PRESENT"),
    ],
)
def test_each_exception_is_found_from_its_number_on(facts, kind):
    assert kinds(**facts) == {kind}


@pytest.mark.parametrize(
    "facts",
    [
        {"days_late": 0, "sent": True},
        {"put_off": 1},
        {"rated_best": True},
        {"unexcused": 2},
        {"gap": Decimal("4.5")},
        {"minutes": 80, "minutes_needed": 90},
        {"minutes": 30},
        {"shares": [Share(17, 20)]},
        {"alike": 89},
        {"totals": [NINETY, NINETY, Decimal("90.5")]},
        {"totals": [NINETY, None, NINETY]},
        {"totals": [None] * 3},
        {"shares": [FULL] * 5},
        {"shares": [*[FULL] * 5, None]},
        {},
    ],
)
def test_below_it_nothing_is(facts):
    assert kinds(**facts) == set()


def test_only_who_always_comes_holds_nothing_back():
    weak = findings.findings(Facts(shares=[FULL] * 6), Book([]), "/1/2/")
    late = findings.findings(Facts(days_late=3), Book([]), "/1/2/")
    assert not findings.holds_back(weak)
    assert findings.holds_back(late)


def test_the_nearest_owners_newest_rule_holds_and_a_kind_can_be_left_out():
    book = Book(
        [
            Threshold(ReviewKind.GAP, 20, unit_path="/1/2/"),
            Threshold(ReviewKind.GAP, 3, unit_path="/1/2/"),
            Threshold(ReviewKind.GAP, 10, unit_path="/1/"),
            Threshold(ReviewKind.LATE, 1, active=False, unit_path="/1/"),
        ]
    )
    assert kinds(book, "/1/2/7/", gap=Decimal(15)) == set()
    assert kinds(book, "/1/3/7/", gap=Decimal(15)) == {"GAP"}
    assert kinds(book, "/9/", gap=Decimal(6)) == {"GAP"}
    assert kinds(book, "/1/2/7/", days_late=9) == set()
    assert kinds(book, "/9/", days_late=9) == {"LATE"}


def test_a_longer_run_is_looked_for_where_a_rule_asks_for_it():
    assert Book([]).longest() == 6
    assert Book([Threshold(ReviewKind.SAME_SCORE, 12, unit_path="/1/")]).longest() == 12


@pytest.mark.parametrize(
    ("text", "before", "percent"),
    [
        ("Chi bộ thống nhất", "chi bộ thống nhất", 100),
        ("a b c d e f g h i j", "a b c d e f g h i x", 81),
        ("một hai", "ba bốn", 0),
        ("", "một", None),
        (None, "một", None),
    ],
)
def test_texts_are_alike_by_their_words(text, before, percent):
    assert findings.alike(text, before) == percent


def test_a_number_fits_its_kind():
    assert rules.misfit(ReviewKind.COPIED, 90) is None
    assert rules.misfit(ReviewKind.COPIED, 20)
    assert rules.misfit(ReviewKind.GAP, None)
    assert rules.misfit(ReviewKind.EARLY, None) is None
    assert rules.misfit(ReviewKind.EARLY, 3)
