"""Lists as workbooks: filters, search and order as shown, real types, text that stays text."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from markupsafe import Markup
from python_calamine import CalamineWorkbook

from app.core import clock, export, scope
from app.core.db import db
from app.core.export import Sheet
from app.meetings.rules import ResultState
from app.people.models import Member
from tests import factories


def read(data: bytes) -> list[list]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.fixture
def speaking(app):
    with app.test_request_context():
        yield


def test_values_keep_their_types(speaking):
    noon = datetime(2026, 9, 4, 5, 0, tzinfo=clock.OFFICE)
    row = [
        7,
        Decimal("92.5"),
        Fraction(1, 4),
        date(2026, 9, 4),
        noon,
        True,
        ResultState.DRAFT,
        None,
    ]
    rows = read(export.workbook([Sheet("Một", list("abcdefgh"), [row])]))
    assert rows[1][:5] == [7, 92.5, 0.25, date(2026, 9, 4), datetime(2026, 9, 4, 5, 0)]
    assert rows[1][7] == ""
    assert all(isinstance(value, str) for value in rows[1][5:7])


def test_html_loses_its_dress_and_typed_text_keeps_its_signs(speaking):
    rows = read(export.workbook([Sheet("Một", ["a", "b"], [[Markup("<b>1</b>"), "a < b > c"]])]))
    assert rows[1] == ["1", "a < b > c"]


@pytest.mark.parametrize("text", ["=1+1", "@x", "+1", "-1", "http://nep.example", "{=1}", "1e9"])
def test_text_is_never_a_formula_a_link_or_a_number(speaking, text):
    data = export.workbook([Sheet(text, [text], [[text]])])
    assert read(data)[1] == [text]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        content = "".join(package.read(name).decode() for name in package.namelist())
    assert "<f>" not in content
    assert "hyperlink" not in content


def test_sheets_of_one_title_get_names_of_their_own():
    taken: set[str] = set()
    assert [export.sheet_name("a/b" * 20, taken) for _ in range(2)] == [
        "a ba ba ba ba ba ba ba ba ba ba",
        "a ba ba ba ba ba ba ba ba ba 2",
    ]
    assert export.sheet_name("History") == "History 2"
    assert export.sheet_name("'") == "1"


def test_names_of_files_survive_every_browser(speaking):
    header = export.attachment(b"", "Đảng ủy: biểu / 09").headers["Content-Disposition"]
    assert header.isascii()
    assert 'filename="dang-uy-bieu-09.xlsx"' in header


def column(rows: list[list], place: int = 0) -> list:
    """The cells of a column between the head and the notes."""
    found = []
    for row in rows[1:]:
        if row[place] == "":
            break
        found.append(row[place])
    return found


def test_a_list_is_exported_as_shown(login):
    client = login("clerk_north")
    answer = client.get("/members/export?q=binh&_oc_MemberView=full_name&_od_MemberView=asc")
    assert answer.status_code == 200
    assert answer.mimetype == export.MIME
    rows = read(answer.data)
    assert len(rows) == 5
    assert sum("Trần Thị Bình N" in str(cell) for row in rows for cell in row) == 2
    assert rows[-1][0].startswith("2 ")


def test_an_export_stays_in_scope(login):
    answer = login("clerk_south").get("/members/export")
    text = str(read(answer.data))
    assert "S1" in text
    assert " N1" not in text


def test_filters_and_broken_filters(login, app):
    client = login("clerk_north")
    rows = read(client.get("/results/export?_flt_0_month=2026-09-01").data)
    assert len(column(rows)) == 2
    assert read(client.get("/results/export?_flt_0_month=2019-09-01").data)[2][0].startswith("0 ")
    for broken in ("_flt_0_month=x", "_flt_99_month=2026-09-01", "_oc_ResultView=nonsense"):
        assert client.get(f"/results/export?{broken}").status_code in (200, 400), broken


def test_who_may_not_read_may_not_export(login):
    assert login("secretary_north").get("/accounts/export").status_code in (302, 403)


def test_a_file_that_is_full_says_so(login, monkeypatch):
    monkeypatch.setattr(export, "MOST", 3)
    rows = read(login("clerk_north").get("/members/export").data)
    assert len(column(rows)) == 3
    assert rows[-2][0].startswith("3 ")
    assert rows[-1][0]


def test_the_statements_do_not_grow_with_the_rows(login, app, statements):
    client = login("clerk_north")
    client.get("/members/export")
    statements.clear()
    client.get("/members/export")
    before = len(statements)
    assert before <= 12
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        for number in range(300):
            db.session.add(
                Member(
                    unit_id=cell.id,
                    unit_path=cell.path,
                    full_name=f"Lê Văn Thử {number}",
                    joined_on=date(2020, 1, 1),
                )
            )
        db.session.commit()
    statements.clear()
    rows = read(client.get("/members/export").data)
    assert len(column(rows)) == 310
    assert len(statements) == before


def test_every_list_has_the_button_with_its_filters(login):
    text = login("clerk_north").get("/members/list/?q=binh").get_data(as_text=True)
    assert re.search(r'href="/members/export\?q=binh"[^>]*download', text)
