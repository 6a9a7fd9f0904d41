"""Generated forms: what no answer may do, whatever the screen."""

import pytest

from app.core.interface import AppInterface
from app.core.web import AppView
from app.meetings.models import Meeting

BLANKS = ["   ", "\u200b", "\u202e\x07"]
POLICY = {
    "code": "C1",
    "name": "Count all",
    "legal_basis": "No. 1",
    "valid_from": "01/01/2026",
    "unit": "1",
}


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("name", ["code", "name", "valid_from"])
def test_blanks_alone_are_no_answer(login, name, blank):
    page = login("admin").post("/attendance-policies/add", data=POLICY | {name: blank})
    assert page.status_code == 200
    assert "Hãy điền mục này" in page.text


@pytest.mark.parametrize("name", ["day_of_month", "offset_days"])
def test_a_number_of_hundreds_of_digits_is_too_large(login, name):
    rule = {"stage": "RESULT", "valid_from": "01/01/2026", "unit": "1"}
    page = login("admin").post("/deadline-rules/add", data=rule | {name: "9" * 400})
    assert page.status_code == 200
    assert "Số này quá lớn" in page.text


class Greedy(AppView):
    screen = "Results"
    datamodel = AppInterface(Meeting)
    list_columns = show_columns = add_columns = edit_columns = search_columns = ["place"]


@pytest.mark.parametrize("columns", ["add_columns", "edit_columns", "search_columns"])
def test_a_field_that_would_load_every_row_stops_the_start(app, columns):
    with app.app_context():
        Greedy()
        wanted = pytest.raises(AssertionError, match=r"Greedy: Meeting\.tasks leads to many")
        with wanted:
            type("Greedy", (Greedy,), {columns: ["place", "tasks"]})()
