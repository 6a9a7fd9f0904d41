"""The summary table's workbook, read back: figures, layout, and text that stays text."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.reports import workbook
from app.reports.rules import Group, Line, Summary, add_up, ancestors

SCALE = [("TOT", "Tốt"), ("KHA", "Khá"), ("TRUNG_BINH", "Trung bình"), ("KEM", "Kém")]
HEADS = workbook.HEAD_ROW
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def say(message: str, **values) -> str:
    return message % values if values else message


def line(name: str = "Chi bộ Một", **values) -> Line:
    return Line(
        **{
            "name": name,
            "members": 15,
            "reported": True,
            "met_on": date(2026, 9, 4),
            "type": "Thường kỳ",
            "due": 15,
            "attended": 13,
            "excused": 1,
            "unexcused": 1,
            "minutes": 105,
            "speakers": 4,
            "self_points": Decimal("95.5"),
            "official_points": Decimal(92),
            "rating": "TOT",
            "sent_on": date(2026, 9, 6),
            "in_time": True,
        }
        | values
    )


def table(*groups: Group, **values) -> Summary:
    return Summary(
        **{
            "superior": "Tỉnh ủy",
            "issuer": "Đảng ủy Khối",
            "month": date(2026, 9, 1),
            "as_of": datetime(2026, 10, 5, 16, 30),
            "scale": SCALE,
            "groups": groups,
            "policies": ["Theo HD 42 (v1)"],
        }
        | values
    )


def read(summary: Summary) -> list[list]:
    data = io.BytesIO(workbook.build(summary, say))
    return (
        CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )


def xml(summary: Summary, name: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(workbook.build(summary, say))) as package:
        return package.read(name).decode()


def test_a_line_holds_real_numbers_and_dates():
    row = read(table(Group("Đảng bộ A", [line()])))[HEADS + 3]
    assert row[:15] == [
        1,
        "Chi bộ Một",
        15,
        date(2026, 9, 4),
        "Thường kỳ",
        15,
        13,
        13 / 15,
        1,
        1,
        105,
        4,
        95.5,
        92,
        -3.5,
    ]
    assert row[15:] == ["X", "", "", "", date(2026, 9, 6), "X", ""]


def test_a_cell_without_a_report_is_empty_never_zero():
    silent = Line("Chi bộ Hai", 12, note="No report")
    row = read(table(Group("Đảng bộ A", [line(), silent])))[HEADS + 4]
    assert row == [2, "Chi bộ Hai", 12, *[""] * 18, "No report"]


def test_groups_have_sums_and_the_whole_a_total():
    groups = (
        Group("Đảng bộ A", [line(attended=5, due=10), Line("Im lặng", 12)]),
        Group("Đảng bộ B", [line(attended=30, due=30, rating="KHA", in_time=False)]),
    )
    rows = read(table(*groups))
    first, second, total = rows[HEADS + 5], rows[HEADS + 8], rows[HEADS + 9]
    assert rows[HEADS + 2][0] == "Đảng bộ A"
    assert (first[1], first[2], first[5], first[6], first[7]) == ("Subtotal", 27, 10, 5, 0.5)
    assert first[21] == "1 of 2 cells reported"
    assert second[15:19] == [0, 1, 0, 0]
    assert (total[1], total[2], total[5], total[6], total[7]) == ("Total", 42, 40, 35, 0.875)
    assert total[20] == 1
    assert rows[HEADS + 7][20] == "late"


def test_numbers_of_lines_run_through_all_groups():
    rows = read(table(Group("A", [line()]), Group("B", [line()])))
    assert [row[0] for row in rows if isinstance(row[0], float)] == [1, 2]


def test_the_head_is_merged_superior_left_party_right():
    summary = table(Group("A", [line()]))
    rows = read(summary)
    assert [rows[0][0], rows[1][0], rows[2][0]] == ["TỈNH ỦY", "ĐẢNG ỦY KHỐI", "*"]
    assert "COMMUNIST PARTY OF VIETNAM" in rows[0]
    assert rows[4][0].endswith("09/2026")
    merged = set(re.findall(r'mergeCell ref="([A-Z0-9:]+)"', xml(summary)))
    assert {"A1:H1", "A2:H2", "L1:V1", "A5:V5", "A7:A8", "I7:J7", "M7:O7", "P7:S7"} <= merged


def test_the_foot_tells_completeness_time_and_policy():
    rows = read(table(Group("A", [line(), Line("Im lặng", 3)])))
    foot = [row[0] for row in rows[HEADS + 6 :] if row[0]]
    assert foot[0] == "1 of 2 cells have reported; figures as of 16:30 05/10/2026."
    assert "weighted" in foot[1]
    assert "Theo HD 42 (v1)" in foot[2]


def test_it_prints_across_a4_one_page_wide_with_heads_on_every_page():
    summary = table(Group("A", [line()]))
    sheet = xml(summary)
    assert 'orientation="landscape"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "fitToPage" in sheet
    pane = re.search(r"<pane [^>]*>", sheet).group()
    assert ('xSplit="2"' in pane, 'ySplit="8"' in pane, 'state="frozen"' in pane) == (True,) * 3
    names = xml(summary, "xl/workbook.xml")
    assert re.search(r"Print_Titles[^>]*>'?09-2026'?!\$7:\$8<", names)


NASTY = (
    "=1+1",
    "@SUM(A1)",
    "+1",
    "-1",
    "http://nep.example/",
    "{=1}",
    "mailto:a@b.c",
    "=HYPERLINK()",
)


@pytest.mark.parametrize("text", NASTY)
def test_what_people_typed_is_never_a_formula_or_a_link(text):
    groups = [Group(text, [line(text, note=text, type=text)])]
    summary = table(*groups, superior=text, issuer=text, policies=[text], scale=[("TOT", text)])
    rows = read(summary)
    assert rows[HEADS + 3][1] == text
    assert rows[HEADS + 2][0] == text
    with zipfile.ZipFile(io.BytesIO(workbook.build(summary, say))) as package:
        for name in package.namelist():
            content = package.read(name).decode()
            assert "<f>" not in content, name
            assert "<hyperlink" not in content, name
            assert 'relationships/hyperlink"' not in content, name


@given(st.text(max_size=60))
def test_any_name_gives_a_readable_workbook(name):
    rows = read(table(Group(name, [line(name, note=name)])))
    assert len(rows) > HEADS + 4


def test_an_empty_table_is_a_table():
    rows = read(table())
    assert rows[HEADS + 2][1] == "Total"
    assert rows[HEADS + 2][5:8] == ["", "", ""]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("09-2026", "09-2026"),
        ("a/b[c]:d*?\\", "a-b-c--d---"),
        ("'x'", "x"),
        ("", "1"),
        ("y" * 40, "y" * 31),
    ],
)
def test_sheets_have_names_that_excel_takes(title, name):
    assert workbook.sheet_name(title) == name


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=20))
def test_sums_of_parts_are_the_sum_of_the_whole(cells):
    lines = [
        line(attended=min(a, d), due=d) if told else Line("Im lặng", 9) for a, d, told in cells
    ]
    whole, half = add_up(lines), len(lines) // 2
    parts = add_up(lines[:half]), add_up(lines[half:])
    assert whole.due == sum(part.due for part in parts)
    assert whole.rate == (Fraction(whole.attended, whole.due) if whole.due else None)
    assert whole.cells - whole.reported == sum(not told for _a, _d, told in cells)


def test_two_units_that_name_each_other_end_the_chain():
    assert ancestors(1, {1: 2, 2: 1}) == [1, 2]
    assert ancestors(None, {}) == []
