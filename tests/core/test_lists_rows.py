"""Rows of lists: states have one colour everywhere, numbers stand below the end of their head."""

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from app.evaluations.rules import EvaluationState, SetStatus
from app.meetings.rules import ResultState, ScheduleState
from app.people.rules import Position

PAGE = "/evaluations/list/"


def cells(page: str, kind: str) -> dict[str, str]:
    """Of the heads, or of the first row: label and class."""
    heads = re.findall(r'<th scope="col"([^>]*)>\s*(?:<a[^>]*>)?\s*([^<]+)', page)
    row = re.findall(r'<td class="([^"]*)" data-label="([^"]*)"', page.split("<tbody>")[1])
    found = [(text, more) for more, text in heads] if kind == "th" else [(n, c) for c, n in row]
    return {name.strip(): more for name, more in reversed(found)}


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        (ScheduleState.REGISTERED, ""),
        (ScheduleState.NOT_HELD, "bad"),
        (ResultState.APPROVED, "ok"),
        (ResultState.RETURNED, "bad"),
        (EvaluationState.OFFICIAL, "ok"),
        (SetStatus.ACTIVE, "ok"),
        (Position.SECRETARY, ""),
    ],
)
def test_states_have_a_tone_and_other_terms_none(state, tone):
    assert state.tone == tone


def test_a_state_has_its_colour_in_lists_and_on_the_page_of_its_row(login):
    client = login("clerk_north")
    page = client.get("/results/list/").text
    assert 'class="tag tag-ok' in page
    row = re.search(r'<td class="cell-first[^"]*"[^>]*><a href="(/results/show/\d+)', page)
    assert row
    assert 'class="tag tag-ok' in client.get(row[1]).text


def test_numbers_stand_below_the_end_of_their_head(login):
    page = login("clerk_north").get(PAGE).text
    heads, row = cells(page, "th"), cells(page, "td")
    numeric = {name for name, more in heads.items() if "cell-number" in more}
    assert {"Chi bộ", "Chính thức"} <= numeric
    assert {name for name, more in row.items() if "cell-number" in more} == numeric


def test_cells_that_are_named_alike_are_told_apart_by_what_is_above(app, login):
    page = login("analyst").get("/members/list/").text
    assert re.search(r'>[^<]+<small class="cell-above">', page)
    assert "cell-above" not in login("clerk_north").get("/members/list/").text
    assert "cell-above" not in login("secretary_north").get("/members/list/").text


def test_a_file_tells_them_apart_too(app, login):
    file = BytesIO(login("analyst").get("/members/export").data)
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert any(" · " in str(row[1]) for row in rows)
