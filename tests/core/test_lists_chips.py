"""Quick filters, filters in force, columns: all in the address, each one click from gone."""

import html
import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from app.core import clock, scope
from app.core.db import db
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState, Standing
from tests import factories


@pytest.fixture
def october(monkeypatch):
    """It is the eighth of October 2026."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 10, 8))


def lists(app):
    return [view for view in app.extensions["appbuilder"].baseviews if hasattr(view, "narrowed")]


def rows(page: str) -> list[str]:
    """The first cell of every row."""
    found = re.findall(r'<td class="cell-first[^>]*>(.*?)</td>', page, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


def chips(page: str, active: bool | None = None) -> dict[str, str]:
    """Words and addresses of the chips."""
    found = re.findall(r'<a class="chip[^"]*" href="([^"]*)"([^>]*)>(.*?)</a>', page, re.S)
    return {
        re.sub(r"<[^>]+>", "", text).strip(): html.unescape(href)
        for href, more, text in found
        if active is None or ("aria-current" in more or "aria-label" in more) == active
    }


def heads(page: str) -> list[str]:
    found = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", page, re.S)
    names = [re.sub(r"<[^>]+>", "", head).strip() for head in found]
    return [name for name in names if name and name not in {"Thao tác", "Actions"}]


def test_every_quick_filter_of_every_list_answers(app, login):
    client = login("admin")
    asked = 0
    for view in lists(app):
        names = [quick.name for quick in view.quick_filters]
        assert len(names) == len(set(names)), view
        for name in names:
            answer = client.get(f"{view.route_base}/list/?quick={name}")
            if answer.status_code == 200:
                assert 'aria-current="true"' in answer.text, (view, name)
                asked += 1
    assert asked >= 25


def test_the_important_lists_have_quick_filters(app):
    without = {view.screen for view in lists(app) if not view.quick_filters}
    important = {"Schedules", "Results", "Members", "Units", "Evaluations", "Accounts", "Tasks"}
    assert not important & without


def test_this_month_is_the_month_of_the_request(app, login, october, monkeypatch):
    with app.app_context(), scope.system():
        factories.new_meeting(factories.unit("N1"), date(2026, 10, 1))
        db.session.commit()
    client = login("clerk_north")
    assert rows(client.get("/schedules/list/?quick=this_month").text) == ["Chi bộ Bắc Một"]
    monkeypatch.setattr(clock, "today", lambda: date(2026, 9, 30))
    assert len(rows(client.get("/schedules/list/?quick=this_month").text)) == 2
    assert len(rows(client.get("/schedules/list/?quick=next_month").text)) == 1


def test_quick_filters_add_up_with_the_search_and_the_filters(app, login):
    with app.app_context(), scope.system():
        for member in db.session.query(Member).filter(Member.full_name.like("%Bình N%")):
            member.standing = Standing.PROBATIONARY
        db.session.commit()
        cell = factories.unit("N1").id
    client = login("clerk_north")
    assert len(rows(client.get("/members/list/?quick=probationary").text)) == 2
    page = client.get(f"/members/list/?quick=probationary&_flt_0_unit={cell}").text
    assert rows(page) == ["Trần Thị Bình N1"]
    assert rows(client.get("/members/list/?quick=probationary&q=cuong").text) == []


def test_one_click_takes_a_filter_away_and_leaves_the_others(login):
    client = login("clerk_north")
    page = client.get(
        "/members/list/?quick=official&_flt_0_position=MEMBER&q=n1&_oc_MemberView=joined_on&_od_MemberView=desc"
    ).text
    active = chips(page, active=True)
    assert len(active) == 2
    (quick,) = [href for href in active.values() if "quick" not in href]
    assert "_flt_0_position=MEMBER" in quick
    assert "q=n1" in quick
    (position,) = [href for href in active.values() if "_flt_" not in href]
    assert "quick=official" in position
    assert "_oc_MemberView=joined_on" in position
    assert "page_" not in position


def test_of_one_group_one_holds_and_of_several_groups_several(login):
    client = login("clerk_north")
    page = client.get("/schedules/list/?quick=this_month,unconfirmed").text
    hrefs = " ".join(chips(page, active=False).values())
    assert "quick=unconfirmed%2Cnext_month" in hrefs
    assert "quick=this_month%2Coff" in hrefs
    assert "this_month%2Cnext_month" not in hrefs


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("_flt_0_month=2026-09-01", "Tháng: 09/2026"),
        ("_flt_0_month=2026-09", "Tháng: 09/2026"),
        ("_flt_0_month=09/2026", "Tháng: 09/2026"),
        ("_flt_0_unit={N1}", "Chi bộ Bắc Một"),
        ("_flt_0_type=REGULAR", "Loại: Thường kỳ"),
        ("_flt_1_planned_at=2026-09-01", "01/09/2026"),
    ],
)
def test_filters_in_force_are_told_in_words(app, login, query, said):
    with app.app_context(), scope.system():
        query = query.replace("{N1}", str(factories.unit("N1").id))
    page = login("clerk_north").get(f"/schedules/list/?{query}").text
    (only,) = chips(page, active=True)
    assert said in only
    assert rows(page)


def test_a_month_of_the_panel_finds_the_meetings_of_the_month(login):
    """The panel sends 2026-09; Flask-AppBuilder would read the day of today into it."""
    client = login("clerk_north")
    assert len(rows(client.get("/results/list/?_flt_0_month=2026-09").text)) == 2
    assert rows(client.get("/results/list/?_flt_0_month=2026-08").text) == []
    assert len(rows(client.get("/results/list/?_flt_1_month=2026-08").text)) == 2
    assert rows(client.get("/results/list/?_flt_2_month=2026-09").text) == []


def test_a_day_finds_all_moments_of_it(login):
    client = login("clerk_north")
    assert len(rows(client.get("/schedules/list/?_flt_0_planned_at=2026-09-04").text)) == 2
    assert len(rows(client.get("/schedules/list/?_flt_0_planned_at=2026-09-04T14:00").text)) == 2
    assert rows(client.get("/schedules/list/?_flt_1_planned_at=2026-09-04").text) == []
    assert rows(client.get("/schedules/list/?_flt_0_planned_at=2026-09-04T15:00").text) == []


@pytest.mark.parametrize(
    "broken",
    [
        "quick=nothing",
        "quick=this_month,nothing",
        "cols=password",
        "cols=unit.path",
        "_flt_0_place=x",
        "_flt_0_nothing=x",
        "_flt_9_month=2026-09-01",
        "_flt_99_month=2026-09-01",
        "_flt_x_month=1",
        "_flt_0_month=soon",
        "_flt_0_month=13/2026",
        "_flt_0_state=SLEEPING",
        "after_ScheduleView=nonsense",
        "before_ScheduleView=e30",
    ],
)
@pytest.mark.parametrize("what", ["list/", "export"])
def test_what_a_list_cannot_be_asked_is_refused_in_words(login, broken, what):
    if what == "export" and "ScheduleView" in broken:
        return
    answer = login("clerk_north").get(f"/schedules/{what}?{broken}")
    assert answer.status_code == 400
    assert what == "export" or "/schedules/list/?view=all" in answer.text
    assert "Traceback" not in answer.text


def test_members_away_or_gone_are_a_click_away(app, login, october):
    with app.app_context(), scope.system():
        away, gone, *_rest = db.session.query(Member).filter(Member.full_name.like("% N1")).all()
        spell = {"unit_id": away.unit_id, "unit_path": away.unit_path}
        db.session.add(
            ActivitySpell(
                member_id=away.id, state=ActivityState.EXEMPT, from_on=date(2026, 9, 1), **spell
            )
        )
        gone.left_on, gone.left_reason = date(2026, 10, 1), "TRANSFERRED"
        names = away.full_name, gone.full_name
        db.session.commit()
    client = login("secretary_north")
    assert rows(client.get("/members/list/?quick=away").text) == [names[0]]
    assert rows(client.get("/members/list/?quick=left").text) == [names[1]]
    assert len(rows(client.get("/members/list/").text)) == 4
    assert len(rows(client.get("/members/list/?quick=everybody").text)) == 5


# Columns


def test_columns_are_chosen_in_the_address_and_the_first_stays(login):
    client = login("clerk_north")
    standard = heads(client.get("/members/list/").text)
    assert len(standard) == 7
    few = heads(client.get("/members/list/?cols=phone,left_reason").text)
    assert few == [standard[0], "Điện thoại", "Lý do ra khỏi danh sách"]
    assert heads(client.get("/members/list/?cols=phone&cols=left_reason").text) == few
    assert heads(client.get("/members/list/?cols=full_name").text) == standard[:1]
    assert heads(client.get("/members/list/?cols=").text) == standard


def test_the_menu_of_columns_is_a_plain_form_that_keeps_the_rest(login):
    page = login("clerk_north").get("/members/list/?quick=official&cols=full_name,phone").text
    form = re.search(r'<form method="get" data-columns>.*?</form>', page, re.S)
    assert form
    assert '<input type="hidden" name="quick" value="official">' in form[0]
    assert '<input type="hidden" name="cols" value="full_name">' in form[0]
    boxes = re.findall(r'type="checkbox" name="cols" value="(\w+)"( checked)?( disabled)?', form[0])
    assert [name for name, checked, _off in boxes if checked] == ["full_name", "phone"]
    assert [name for name, _on, off in boxes if off] == ["full_name"]
    assert "left_reason" in [name for name, *_rest in boxes]


def test_every_column_that_may_be_shown_is_shown(app, login, statements):
    client = login("admin")
    for view in lists(app):
        if not view.extra_columns:
            continue
        names = ",".join([*view.list_columns, *view.extra_columns])
        client.get(f"{view.route_base}/list/?cols={names}")
        statements.clear()
        answer = client.get(f"{view.route_base}/list/?cols={names}")
        if answer.status_code == 200:
            assert len(statements) <= 12, view
            assert len(heads(answer.text)) in {0, len(names.split(","))}, view
            assert client.get(f"{view.route_base}/export?cols={names}").status_code == 200


def test_the_export_follows_columns_filters_and_order(login):
    client = login("clerk_north")
    asked = "cols=unit,phone&quick=official&q=n1&_oc_MemberView=full_name&_od_MemberView=desc"
    answer = client.get(f"/members/export?{asked}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    table = sheet.to_python()
    assert table[0] == ["Họ và tên", "Tổ chức đảng", "Điện thoại"]
    page = client.get(f"/members/list/?{asked}").text
    assert [row[0] for row in table[1:6]] == rows(page)
    assert rows(page)[0] == "Trần Thị Bình N1"


def test_people_stay_sorted_by_given_name(app, login):
    page = login("secretary_north").get("/members/list/").text
    with app.app_context(), scope.system():
        ordered = db.session.query(Member.full_name).order_by(Member.name_key)
        assert rows(page) == [name for (name,) in ordered if name.endswith(" N1")]


def test_no_field_in_a_panel_of_filters_is_undressed(app, login):
    client, seen = login("admin"), 0
    for view in lists(app):
        page = client.get(f"{view.route_base}/list/").get_data(as_text=True)
        for name, value in re.findall(
            r'<div class="filter-value" data-name="([^"]*)">(.*?)</div>\s*</div>', page, re.S
        ):
            # What looks up rows is dressed by its script.
            field = re.search(r"<(?:input|textarea)\b[^>]*>", value)
            if field:
                assert re.search(r'class="[^"]*form-control', field[0]), (view, name)
                seen += 1
    assert seen > 20
