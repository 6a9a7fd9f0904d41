"""Nothing scrolls sideways, is cut or covered: on a phone, at 200 %, with letters of 200 %."""

import pytest

from tests.face.walk import Walk

pytestmark = pytest.mark.e2e

# Tables of months have a bar of their own; the same figures stand in a list above them.
SCROLLERS = ("desk-matrix", "rows-wide", "chips", "tabs", "api-code", "cal-")


def test_no_page_scrolls_sideways(walked: Walk) -> None:
    assert walked.findings["sideways"] == []


def test_no_text_is_cut(walked: Walk) -> None:
    assert walked.findings["cut"] == []


def test_whatever_has_the_focus_shows_it_and_is_not_covered(walked: Walk) -> None:
    assert walked.findings["focus"] == []


def test_targets_on_a_phone_are_as_large_as_a_finger(walked: Walk) -> None:
    assert walked.findings["targets"] == []


def test_on_a_phone_only_tables_that_compare_months_have_a_bar_of_their_own(walked: Walk) -> None:
    left = [one for one in walked.findings["scroller"] if not any(s in one for s in SCROLLERS)]
    assert left == []
