"""The screens of monthly reports and amendments: who sees and does what, the file, the costs."""

import html
import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, ScheduleState
from app.rollup import commands, queries
from app.rollup.models import Amendment, MonthlyReport
from app.rollup.rules import ReportState
from app.rollup.snapshots import Snapshot
from app.units import commands as units
from tests.core.test_merging import fields_of
from tests.factories import fill_cell, new_unit, rules_in_force, unit
from tests.meetings import who
from tests.periods import SEPTEMBER
from tests.units.cast import decided

PAGE = "/monthly-report/?month=09/2026"
MOST = 22
"""SQL statements of the page, those of every page included."""


pytestmark = pytest.mark.usefixtures("in_october")


def at(app, code: str = "NORTH") -> str:
    with app.app_context(), scope.system():
        return f"unit={unit(code).id}&month=09/2026"


def state(app, code: str = "NORTH") -> ReportState | None:
    with app.app_context(), scope.system():
        found = select(MonthlyReport.state).where(MonthlyReport.unit_id == unit(code).id)
        return db.session.scalar(found)


def test_the_clerk_compiles_writes_and_submits(app, login) -> None:
    clerk = login("clerk_north")
    page = clerk.get(PAGE).text
    assert "8/10" in page
    assert "2/2" in page
    assert "Chi bộ Bắc Một" in page
    where = at(app)
    sent = {"comments": "Còn ít ý kiến", "tasks_next": "Chuyên đề", "confirm": "1"}
    assert clerk.post(f"/monthly-report/write?{where}", data=sent).status_code == 302
    assert "Còn ít ý kiến" in clerk.get(PAGE).text
    clerk.post(f"/monthly-report/submit?{where}")
    assert state(app) is ReportState.SUBMITTED
    page = clerk.get(PAGE).text
    assert "Còn ít ý kiến" in page
    assert "<textarea" not in page


def test_who_lacks_something_is_named_before_it_is_submitted(app, login) -> None:
    chief, where = login("analyst"), at(app, "ROOT")
    warning = chief.post(f"/monthly-report/submit?{where}").text
    assert "Đảng bộ Phía Bắc" in warning
    assert state(app, "ROOT") is None
    chief.post(f"/monthly-report/submit?{where}", data={"anyway": "1"})
    assert state(app, "ROOT") is ReportState.ACCEPTED
    page = chief.get(PAGE).text
    assert "0/2 đã nộp" in page
    assert "4/4 chi bộ đã báo cáo" in page


def test_cells_with_leave_not_to_meet_are_named_beside_the_completeness(app, login) -> None:
    with app.app_context(), scope.system():
        row = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N2").id)).one()
        row.state, row.result_state = ScheduleState.NOT_HELD, ResultState.NONE
        db.session.commit()
    page = login("analyst").get(PAGE).text
    assert "3/3 chi bộ đã báo cáo. Thêm 1 chi bộ được phép không sinh hoạt" in page
    assert subtotals(page) == ["1/1", "2/2"]


def test_on_a_phone_the_committees_below_are_not_a_screen_each(app, login) -> None:
    with app.app_context(), scope.system():
        for number in range(12):
            new_unit(f"C{number}", f"Đảng ủy Thêm {number}", "GRASSROOTS_PC", unit("ROOT"))
        db.session.commit()
    client = login("analyst")
    page = client.get(PAGE).text
    below = re.findall(r'<tr([^>]*)><td class="cell-first"><a href="/monthly-report/', page)
    assert len(below) > 10
    assert [bool(kind) for kind in below] == [False] * 10 + [True] * (len(below) - 10)
    assert "phone-later" not in client.get(f"{PAGE}&rows=all").text


def test_the_annex_counts_the_same_cells_as_reported(app, login) -> None:
    with app.app_context(), scope.system():
        row = db.session.scalars(select(Meeting).where(Meeting.unit_id == unit("N2").id)).one()
        row.result_state = ResultState.SUBMITTED
        db.session.commit()
    page = login("clerk_north").get(PAGE).text
    assert "2/2 chi bộ đã báo cáo." in page
    assert subtotals(page) == ["2/2"]


def subtotals(page: str) -> list[str]:
    """How many cells of how many the annex says have reported, for each committee."""
    return re.findall(r"(\d+/\d+) chi bộ đã báo cáo</td>", page)


def test_a_month_closed_above_says_why_it_is_not_submitted(app, login) -> None:
    clerk, told = login("clerk_north"), "Cấp trên đã khóa tháng này."
    page = clerk.get(PAGE).text
    assert "/monthly-report/submit" in page
    assert told not in page
    login("analyst").post(f"/monthly-report/submit?{at(app, 'ROOT')}", data={"anyway": "1"})
    page = clerk.get(PAGE).text
    assert "/monthly-report/submit" not in page
    assert told in page


def test_the_level_above_sees_who_has_submitted_and_accepts_several_after_a_preview(
    app, login
) -> None:
    for clerk, code in (("clerk_north", "NORTH"), ("clerk_south", "SOUTH")):
        login(clerk).post(f"/monthly-report/submit?{at(app, code)}")
    chief = login("analyst")
    assert "2/2 đã nộp" in chief.get(PAGE).text
    with app.app_context(), scope.system():
        keys = list(db.session.scalars(select(MonthlyReport.id)))
    sent = {"action": "accept", "rowid": keys, "back": "/monthly-reports/list/"}
    preview = chief.post("/monthly-reports/action_post", data=sent).text
    assert state(app) is ReportState.SUBMITTED
    chosen = re.search(r'name="chosen" value="([^"]+)"', preview)
    assert chosen
    agreed = {"action": "accept", "chosen": chosen[1], "back": "/monthly-reports/list/"}
    chief.post("/monthly-reports/action_post", data=agreed)
    assert state(app) is state(app, "SOUTH") is ReportState.ACCEPTED


def test_a_report_comes_back_with_a_reason(app, login) -> None:
    login("clerk_north").post(f"/monthly-report/submit?{at(app)}")
    with app.app_context(), scope.system():
        key = db.session.scalar(select(MonthlyReport.id))
    sent = {"action": "return", "rowid": key, "reason": "Thiếu kiến nghị"}
    login("analyst").post("/monthly-reports/action_post", data=sent)
    assert state(app) is ReportState.RETURNED
    assert "Thiếu kiến nghị" in login("clerk_north").get(PAGE).text


def seen(page: str, address: str) -> str:
    """The version that a button of the page sends."""
    found = re.search(
        rf'action="{re.escape(address)}[^"]*".*?name="seen" value="(\d+)"', page, re.S
    )
    assert found
    return found[1]


@pytest.mark.parametrize("deed", ["accept", "return"])
def test_a_report_handed_up_anew_is_not_decided_by_who_saw_the_first(app, login, deed) -> None:
    clerk, chief, where = login("clerk_north"), login("analyst"), at(app)
    clerk.post(f"/monthly-report/submit?{where}")
    with app.app_context(), scope.system():
        key = db.session.scalar(select(MonthlyReport.id))
    address = f"/monthly-reports/action/{deed}/{key}"
    pages = [f"/monthly-report/?{where}", f"/monthly-reports/show/{key}"]
    first = [seen(chief.get(page).text, address) for page in pages]
    listed = re.search(r'name="rowid" value="([^"]+)"', chief.get("/monthly-reports/list/").text)
    sent = {"action": "return", "rowid": key, "reason": "Thiếu kiến nghị"}
    login("analyst").post("/monthly-reports/action_post", data=sent)
    clerk.post(f"/monthly-report/submit?{where}")
    for old in first:
        told = chief.post(address, data={"seen": old, "reason": "x"}, follow_redirects=True).text
        assert "Đã có người khác sửa" in told
    assert listed
    sent = {"action": deed, "rowid": listed[1], "reason": "x"}
    chief.post("/monthly-reports/action_post", data=sent)
    assert state(app) is ReportState.SUBMITTED
    now = seen(chief.get(pages[0]).text, address)
    chief.post(address, data={"seen": now, "reason": "x"})
    assert state(app) is not ReportState.SUBMITTED


def test_a_report_written_by_another_is_not_submitted_unseen(app, login) -> None:
    clerk, where = login("clerk_north"), at(app)
    before = seen(clerk.get(PAGE).text, "/monthly-report/submit")
    login("analyst").post(f"/monthly-report/write?{where}", data={"comments": "Còn nợ"})
    told = clerk.post(f"/monthly-report/submit?{where}", data={"seen": before})
    assert "Đã có người khác sửa" in clerk.get(told.location).text
    assert state(app) is ReportState.DRAFT
    clerk.post(
        f"/monthly-report/submit?{where}",
        data={"seen": seen(clerk.get(PAGE).text, "/monthly-report/submit")},
    )
    assert state(app) is ReportState.SUBMITTED


def test_submitting_what_lacks_something_keeps_the_version_that_was_seen(app, login) -> None:
    chief, where = login("analyst"), at(app, "ROOT")
    before = seen(chief.get(PAGE).text, "/monthly-report/submit")
    warning = chief.post(f"/monthly-report/submit?{where}", data={"seen": before}).text
    assert f'name="seen" value="{before}"' in warning
    login("analyst").post(f"/monthly-report/write?{where}", data={"comments": "Còn nợ"})
    chief.post(f"/monthly-report/submit?{where}", data={"seen": before, "anyway": "1"})
    assert state(app, "ROOT") is ReportState.DRAFT


def test_one_does_not_decide_about_ones_own_report(app, login) -> None:
    clerk = login("clerk_north")
    clerk.post(f"/monthly-report/submit?{at(app)}")
    with app.app_context(), scope.system():
        key = db.session.scalar(select(MonthlyReport.id))
    clerk.post(f"/monthly-reports/action/accept/{key}")
    assert state(app) is ReportState.SUBMITTED
    assert "/monthly-reports/action/accept" not in clerk.get(PAGE).text
    assert (
        "/monthly-reports/action/accept"
        in login("analyst").get(f"/monthly-reports/show/{key}").text
    )


def test_the_file_holds_the_sections_and_the_annex(app, login) -> None:
    clerk = login("clerk_north")
    clerk.post(f"/monthly-report/write?{at(app)}", data={"comments": "=Ít ý kiến"})
    answer = clerk.get(f"/monthly-report/download?{at(app)}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    report, annex = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    told = {row[0]: row[1] for row in report if len(row) > 1}
    assert told["Số chi bộ phải sinh hoạt"] == "2"
    assert told["Phải dự"] == "10"
    assert any("=Ít ý kiến" in row for row in report)
    assert [row[1] for row in annex if str(row[1]).startswith("Chi bộ")] == [
        "Chi bộ Bắc Một",
        "Chi bộ Bắc Hai",
    ]


def test_a_locked_result_is_amended_by_a_form_and_says_so_everywhere(app, login) -> None:
    clerk = login("clerk_north")
    with app.app_context(), scope.system():
        key = db.session.scalar(select(Meeting.id).where(Meeting.unit_id == unit("N1").id))
    assert clerk.get(f"/amend/{key}").status_code == 302
    clerk.post(f"/monthly-report/submit?{at(app)}")
    page = clerk.get(f"/amend/{key}").text
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    fields = {name: value for name, value in fields.items() if name != "minutes_present"}
    fields |= {"minutes_present": "y", "present": "5", "excused": "0"}
    wrong = clerk.post(f"/amend/{key}", data=fields | {"reason": "Đếm nhầm", "present": "9"}).text
    assert 'aria-invalid="true"' in wrong
    done = clerk.post(f"/amend/{key}", data=fields | {"reason": "Đếm nhầm"})
    assert done.status_code == 302
    with app.app_context(), scope.system():
        made = db.session.scalars(select(Amendment).order_by(Amendment.id)).all()
        assert [(one.field, one.old_value, one.new_value) for one in made] == [
            ("present", "4", "5"),
            ("excused", "1", "0"),
        ]
    for address in (
        f"/results/show/{key}",
        "/results/list/?quick=amended",
        f"/evaluations/show/{key}",
        PAGE,
        "/summary/?month=09/2026",
        "/amendments/list/",
    ):
        assert re.search("[Đđ]ính chính", clerk.get(address).text.split("<main")[1]), address
    assert "9/10" in clerk.get(f"{PAGE}&now=1").text
    assert "8/10" in clerk.get(PAGE).text
    assert login("secretary_north").get(f"/amend/{key}").status_code in {302, 403}


def test_a_report_costs_few_statements_whatever_the_number_of_cells(app, login, statements) -> None:
    clerk = login("clerk_north")

    def asked() -> int:
        clerk.get(PAGE)
        statements.clear()
        assert clerk.get(PAGE).status_code == 200
        return len(statements)

    before = asked()
    with app.app_context(), scope.system():
        policy, criteria_set = rules_in_force()
        for number in range(30):
            cell = new_unit(f"M{number}", f"Chi bộ {number}", "SUB_CELL", unit("NORTH"))
            fill_cell(cell, policy, criteria_set)
        db.session.commit()
    assert asked() == before <= MOST


def test_two_who_write_at_the_same_time_do_not_undo_each_other(app, login) -> None:
    clerk, where = login("clerk_north"), at(app)
    clerk.post(f"/monthly-report/write?{where}", data={"comments": "Một"})
    seen = re.search(r'name="version" value="(\d+)"', clerk.get(PAGE).text)
    assert seen
    version = {"version": seen[1]}
    clerk.post(f"/monthly-report/write?{where}", data={"comments": "Hai"} | version)
    late = clerk.post(f"/monthly-report/write?{where}", data={"comments": "Ba"} | version)
    assert late.status_code == 200
    assert ">Ba</textarea>" in re.sub(r">\s+", ">", late.text)
    assert "Hai" in late.text
    assert "Hai" in clerk.get(PAGE).text


def test_of_two_who_write_the_first_words_of_a_month_neither_is_overwritten(app, login) -> None:
    first, second, where = login("clerk_north"), login("clerk_north"), at(app)
    address = f"/monthly-report/write?{where}"
    opened = fields_of(first.get(PAGE).text)
    assert fields_of(second.get(PAGE).text)["version"] == "0"
    first.post(address, data=opened | {"comments": "Một"})
    page = second.post(address, data=opened | {"comments": "Hai", "tasks_next": "Việc mới"}).text
    assert "Có người khác cũng vừa sửa" in page
    assert "Một" in page
    assert "Một" in first.get(PAGE).text
    choice = fields_of(page)
    assert choice["pick-tasks_next"] == "mine"
    again = second.post(address, data=choice)
    assert "Hãy chọn một trong hai" in again.text
    answer = second.post(address, data=fields_of(again.text) | {"pick-comments": "theirs"})
    assert answer.status_code == 302
    page = first.get(PAGE).text
    assert "Một" in page
    assert "Việc mới" in page


def test_figures_are_confirmed_by_the_choice_as_by_the_form(app, login) -> None:
    clerk, where = login("clerk_north"), at(app)
    address = f"/monthly-report/write?{where}"
    opened = fields_of(clerk.get(PAGE).text)
    clerk.post(address, data=opened | {"comments": "Một"})
    page = clerk.post(address, data=opened | {"comments": "Hai", "confirm": "1"}).text
    clerk.post(address, data=fields_of(page) | {"pick-comments": "mine"})
    with app.app_context(), scope.system():
        report = db.session.scalars(select(MonthlyReport)).one()
        assert report.comments == "Hai"
        assert report.compiled_at is not None


def opened_form(client, key: int) -> dict[str, str]:
    """The form of an amendment as a browser holds it."""
    page = client.get(f"/amend/{key}").text
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in fields.items()} | {"reason": "Đếm nhầm"}


def test_two_who_amend_the_same_see_both_and_nothing_is_silently_overwritten(app, login) -> None:
    clerk = login("clerk_north")
    with app.app_context(), scope.system():
        key = db.session.scalar(select(Meeting.id).where(Meeting.unit_id == unit("N1").id))
    clerk.post(f"/monthly-report/submit?{at(app)}")
    first, second = opened_form(clerk, key), opened_form(clerk, key)
    assert clerk.post(f"/amend/{key}", data=first | {"resolution_no": "NQ-77"}).status_code == 302
    mine = second | {"speakers": "2", "reason": "Ghi thiếu"}
    clash = clerk.post(f"/amend/{key}", data=mine)
    assert clash.status_code == 200
    assert "NQ-77" in clash.text
    assert "Chỉ người kia đã sửa" in clash.text or 'value="theirs" checked' in clash.text
    with app.app_context(), scope.system():
        assert db.session.get(Meeting, key).resolution_no == "NQ-77"
    held = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', clash.text))
    sent = mine | {name: html.unescape(value) for name, value in held.items()}
    sent |= {"pick-resolution_no": "theirs", "pick-speakers": "mine"}
    assert clerk.post(f"/amend/{key}", data=sent).status_code == 302
    with app.app_context(), scope.system():
        found = db.session.get(Meeting, key)
        assert (found.resolution_no, found.speakers) == ("NQ-77", 2)
        made = db.session.scalars(select(Amendment).order_by(Amendment.id)).all()
        assert [one.field for one in made] == ["resolution_no", "speakers"]


@pytest.mark.parametrize("deed", ["write", "submit"])
@pytest.mark.parametrize("month", ["01/0001", "13/2026", "x"])
def test_a_month_that_cannot_be_read_is_never_taken_for_another(app, login, deed, month) -> None:
    with app.app_context(), scope.system():
        key = unit("NORTH").id
    sent = {"comments": "Không phải của tháng này"}
    answer = login("clerk_north").post(
        f"/monthly-report/{deed}?unit={key}&month={month}", data=sent
    )
    assert answer.status_code == 400
    assert state(app) is None


def moved_within(app, code: str, to: str, day: date) -> None:
    with app.app_context(), scope.system():
        units.move(unit(code), unit(to), decided(day), by=who("admin"))
        db.session.commit()


@pytest.mark.parametrize("before", [True, False])
def test_a_cell_handed_over_after_its_month_is_counted_once_above(app, login, before) -> None:
    """Its old superior sees it no more, its new one did not have it: the level above has it."""
    deeds = [
        lambda: login("clerk_north").post(f"/monthly-report/submit?{at(app)}"),
        lambda: moved_within(app, "N1", "SOUTH", date(2026, 10, 2)),
    ]
    for deed in deeds if before else reversed(deeds):
        deed()
    login("clerk_south").post(f"/monthly-report/submit?{at(app, 'SOUTH')}")
    login("analyst").post(f"/monthly-report/submit?{at(app, 'ROOT')}")
    with app.app_context(), scope.system():
        asked = select(Snapshot).where(Snapshot.unit_id == unit("ROOT").id)
        taken = db.session.scalars(asked).one()
        assert (taken.cells, taken.counted, taken.due, taken.handed) == (4, 4, 20, 2)
        rows = [row.code for row in queries.rows_of([taken.id])]
        assert rows == ["ROOT", "NORTH", *([] if before else ["N1"]), "SOUTH"]
        assert not queries.differing(SEPTEMBER)


def test_the_month_is_shown_as_one_writes_it_however_the_address_does(app, login) -> None:
    shown = login("clerk_north").get("/monthly-report/?month=2026-09").text
    assert 'value="09/2026"' in shown
    assert "2026-09" not in re.findall(r'name="month"[^>]*value="([^"]*)"', shown)


@pytest.mark.parametrize("month", ["01/1950", "12/2019"])
def test_a_month_before_the_committee_shows_no_report_and_takes_none(app, login, month) -> None:
    clerk = login("clerk_north")
    here = at(app).removesuffix("09/2026")
    asked = f"{here}{month}"
    page = clerk.get(f"/monthly-report/?{asked}")
    assert page.status_code == 200
    field = page.text.split('data-field="month"')[1].split("</form>")[0]
    assert "hãy chọn tháng 01/2020 trở về sau" in field
    assert "Đơn vị chưa có hoặc không còn trong tháng đó" in page.text
    assert "/monthly-report/submit" not in page.text
    assert "<textarea" not in page.text
    for deed in ("write", "submit"):
        answer = clerk.post(f"/monthly-report/{deed}?{asked}", data={"anyway": "1"})
        assert answer.status_code == 422
        assert "01/2020" in answer.text
    assert clerk.get(f"/monthly-report/download?{asked}").status_code == 422
    assert state(app) is None
    assert "<textarea" in clerk.get(f"/monthly-report/?{here}01/2020").text


TOLD = re.compile(r"<dt>Chi bộ Bắc Một</dt>\s*<dd>([^<]*)<[^>]*>([^<]*)<")


@pytest.mark.parametrize(
    ("day", "teller"),
    [(date(2026, 9, 10), "Đảng bộ Phía Nam"), (date(2026, 10, 2), "Đảng ủy Khối")],
)
def test_the_old_committee_names_who_was_moved_away(app, login, day, teller) -> None:
    """Of a move in the month the new committee reports; of a later one the level above both."""
    clerk = login("clerk_north")
    moved_within(app, "N1", "SOUTH", day)
    page = clerk.get(PAGE).text
    [(when, where)] = TOLD.findall(page)
    assert when.strip() == f"chuyển ngày {day:%d/%m/%Y}"
    assert "nay thuộc Đảng bộ Phía Nam" in where
    assert f"{teller} báo cáo tháng này" in where
    # It stands among the figures of the cells, and counts in none of them.
    assert page.index("1. Tình hình chung") < page.index("<dt>Chi bộ Bắc Một") < page.index("2. Đ")
    assert "1/1" in page
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(clerk.get(f"/monthly-report/download?{at(app)}").data)
    )
    rows = {row[0]: row[1:] for row in book.get_sheet_by_index(0).to_python() if row}
    assert rows["Chi bộ Bắc Một"][0] == f"chuyển ngày {day:%d/%m/%Y}"
    assert teller in rows["Chi bộ Bắc Một"][1]
    clerk.post(f"/monthly-report/submit?{at(app)}")
    with app.app_context(), scope.system():
        taken = db.session.scalars(select(Snapshot)).one()
        [kept] = queries.elsewhere_of(taken)
        assert (kept.code, kept.moved_on, kept.told_by) == ("N1", day, teller)
        assert taken.cells == 1
        units.rename(unit("N1"), "Tên mới", "Mới", decided(date(2026, 10, 4)), by=who("admin"))
        db.session.commit()
    # Frozen as it was, whatever happens to the unit afterwards.
    assert TOLD.findall(clerk.get(PAGE).text) == [(when, where)]
    assert f"{teller} reports this month of it" in clerk.get(f"{PAGE}&_l_=en").text


def test_the_new_committee_names_whom_the_old_one_has_reported_already(app, login) -> None:
    login("clerk_north").post(f"/monthly-report/submit?{at(app)}")
    moved_within(app, "N1", "SOUTH", date(2026, 9, 10))
    south = login("clerk_south")
    [(when, where)] = TOLD.findall(south.get(PAGE).text)
    assert when.strip() == "chuyển ngày 10/09/2026"
    assert "Đảng bộ Phía Bắc báo cáo tháng này" in where
    south.post(f"/monthly-report/submit?{at(app, 'SOUTH')}")
    login("analyst").post(f"/monthly-report/submit?{at(app, 'ROOT')}")
    with app.app_context(), scope.system():
        asked = select(Snapshot).where(Snapshot.unit_id == unit("ROOT").id)
        taken = db.session.scalars(asked).one()
        assert (taken.cells, taken.counted, taken.due) == (4, 4, 20)
        assert queries.elsewhere_of(taken) == []


def test_nobody_is_named_who_did_not_hang_there_in_the_month(app, login) -> None:
    moved_within(app, "N1", "SOUTH", date(2026, 9, 1))
    assert not TOLD.findall(login("clerk_north").get(PAGE).text)
    # The level above has both committees: for it nobody has gone.
    moved_within(app, "N2", "SOUTH", date(2026, 9, 20))
    assert "nay thuộc" not in login("analyst").get(PAGE).text


def test_nobody_decides_beside_other_figures_than_those_frozen_last(app, login) -> None:
    clerk, analyst, where = login("clerk_north"), login("analyst"), at(app)
    clerk.post(f"/monthly-report/submit?{where}")
    with app.app_context(), scope.system():
        of = queries.report_of(unit("NORTH").id, SEPTEMBER)
        commands.return_(of, by=who("analyst"), reason="Xem lại")
        commands.submit(of, by=who("clerk_north"))
        db.session.commit()
    button = "/monthly-reports/action/accept/"
    assert button in analyst.get(f"/monthly-report/?{where}").text
    assert button in analyst.get(f"/monthly-report/?{where}&revision=2").text
    assert button not in analyst.get(f"/monthly-report/?{where}&revision=1").text
    assert button not in analyst.get(f"/monthly-report/?{where}&now=1").text


def test_a_list_of_no_amendments_says_where_one_begins(login):
    text = login("admin").get("/amendments/list/").get_data(as_text=True)
    assert "Chưa có đính chính nào" in text
    assert "từ trang của nó" in text
