"""The page of the review: exceptions first, the rest decided together, within one's branch."""

import io
from datetime import date, datetime, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.evaluations import commands as scoring
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState, Layer
from app.meetings.models import Meeting
from app.meetings.rules import HeadCounts, ResultState, ScheduleState
from app.review.models import ReviewRule
from app.review.rules import ReviewKind
from app.security.models import AuditEntry
from tests import factories
from tests.core.test_lists_bulk import agreed
from tests.meetings import who

SEPTEMBER = "month=2026-09"
BASE = f"/review/?{SEPTEMBER}"


def meeting(code: str, month: date = factories.MONTH) -> Meeting:
    asked = select(Meeting).join(Meeting.unit).where(Meeting.month == month)
    return db.session.scalars(asked.where(Meeting.unit_id == factories.unit(code).id)).one()


def clean(code: str) -> Meeting:
    """The cell's September, sent in time, with nothing to say against it."""
    found = meeting(code)
    policy, _set = factories.rules_in_force()
    found.result_state = ResultState.SUBMITTED
    found.submitted_at = datetime(2026, 9, 5, 2, 0, tzinfo=clock.UTC)
    found.count(HeadCounts(on_roll=5, present=5), policy)
    scored = db.session.get(Evaluation, found.id)
    assert scored is not None
    scored.state = EvaluationState.SELF_SCORED
    scored.official_total = scored.official_rating_code = None
    scored.self_scored_at = found.submitted_at
    for line in scored.scores:
        line.official_points = None
    return found


@pytest.fixture(autouse=True)
def _october(time_machine):
    time_machine.move_to(datetime(2026, 10, 20, 3, 0))


@pytest.fixture
def sent(app):
    """N1 has nothing against it, N2 was sent late with a text copied from August."""
    with app.app_context(), scope.system():
        for code in ("N1", "N2", "S1"):
            clean(code)
        late = meeting("N2")
        late.submitted_at += timedelta(days=10)
        late.content = "Chi bộ thống nhất nhiệm vụ tháng tới, phân công từng đồng chí."
        before = factories.new_meeting(
            factories.unit("N2"), date(2026, 8, 1), result_state=ResultState.APPROVED
        )
        before.content = late.content
        db.session.commit()


def press(client, deed: str):
    """Ask for the preview, then agree to it; both pages."""
    preview = client.post(f"/review/{deed}?{SEPTEMBER}")
    return preview, agree(client, deed, preview.text)


def agree(client, deed: str, preview: str, month: str = SEPTEMBER):
    """Agree to what a preview shows; the page that comes then."""
    sent = {"chosen": agreed(preview)}
    return client.post(f"/review/{deed}?{month}", data=sent, follow_redirects=True)


def score(app) -> EvaluationState:
    """How far the score of N1 has come."""
    with app.app_context(), scope.system():
        found = db.session.get(Evaluation, meeting("N1").id)
        assert found is not None
        return found.state


def states() -> dict[str, str]:
    return {code: meeting(code).result_state.name for code in ("N1", "N2", "S1")}


@pytest.mark.usefixtures("sent")
def test_exceptions_come_first_each_with_its_reason_and_rule(login):
    page = login("clerk_north").get(BASE).text
    main = page.split("<main", 1)[1]
    assert main.index("Chi bộ Bắc Hai") < main.index("Phần còn lại")
    assert "Chi bộ Bắc Một" not in main.split("Phần còn lại")[0]
    assert "gửi chậm 9 ngày" in main
    assert "giống tháng trước 100 %" in main
    assert "HD 42-HD/BTCTW" in main
    assert "theo mặc định, cơ quan chưa xác nhận" in main
    assert "Nam" not in main


@pytest.mark.usefixtures("sent")
def test_one_kind_alone_is_an_address(login):
    client = login("clerk_north")
    assert "Bắc Hai" in client.get(f"{BASE}&kind=COPIED").text
    assert "Không có ngoại lệ" in client.get(f"{BASE}&kind=EARLY").text
    assert client.get(f"{BASE}&kind=NONSENSE").status_code == 200
    assert client.get(f"/review/download?{SEPTEMBER}&kind=NONSENSE").status_code == 400


@pytest.mark.usefixtures("sent")
def test_the_rest_is_approved_together_after_a_preview(login, app):
    client = login("clerk_north")
    preview, done = press(client, "approve")
    assert "Chi bộ Bắc Một" in preview.text
    assert "Chi bộ Bắc Hai" not in preview.text
    assert "Đã làm xong 1 mục" in done.text
    with app.app_context(), scope.system():
        assert states() == {"N1": "APPROVED", "N2": "SUBMITTED", "S1": "SUBMITTED"}
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "approve")).one()
        assert told.detail["ground"] == "no exceptions"


@pytest.mark.usefixtures("sent")
def test_the_preview_does_nothing(login, app):
    login("clerk_north").post(f"/review/approve?{SEPTEMBER}")
    with app.app_context(), scope.system():
        assert set(states().values()) == {"SUBMITTED"}


@pytest.mark.parametrize("deed", ["approve", "verify", "make_official"])
def test_to_agree_to_an_empty_preview_does_nothing(login, deed):
    client, month = login("clerk_north"), "month=2026-08"
    preview = client.post(f"/review/{deed}?{month}").text
    assert agree(client, deed, preview, month).status_code == 200


@pytest.mark.usefixtures("sent")
def test_what_became_an_exception_after_the_preview_is_left_out(login, app):
    client = login("clerk_north")
    preview = client.post(f"/review/make_official?{SEPTEMBER}").text
    with app.app_context(), scope.system():
        owner = factories.unit("NORTH")
        row = {"unit_id": owner.id, "unit_path": owner.path, "valid_from": date(2026, 1, 1)}
        db.session.add(ReviewRule(kind=ReviewKind.ALL_PRESENT, number=2, **row))
        db.session.add(ReviewRule(kind=ReviewKind.LOW_ATTENDANCE, number=100, **row))
        db.session.execute(
            Meeting.__table__.update()
            .where(Meeting.unit_id == factories.unit("N1").id)
            .values(attended=4)
        )
        db.session.commit()
    done = agree(client, "make_official", preview)
    assert "Nay đã có ngoại lệ" in done.text
    assert score(app) is EvaluationState.SELF_SCORED


@pytest.mark.usefixtures("sent")
def test_official_ratings_of_the_rest_are_given_together(login, app):
    press(login("chief"), "make_official")
    with app.app_context(), scope.system():
        found = {code: db.session.get(Evaluation, meeting(code).id) for code in ("N1", "N2", "S1")}
        official = {code for code, one in found.items() if one.state is EvaluationState.OFFICIAL}
        assert official == {"N1", "S1"}
        assert found["N1"].official_total == found["N1"].self_total


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("username", "page", "approves"),
    [
        ("clerk_north", 200, True),
        ("analyst", 200, True),
        ("chief", 200, True),
        ("supervisor_north", 200, False),
        ("inspector", 200, False),
        ("secretary_north", 403, False),
        ("minutes_north", 403, False),
    ],
)
def test_who_reviews_and_who_decides(login, username, page, approves):
    client = login(username)
    answer = client.get(BASE)
    assert (answer.status_code == 200) == (page == 200)
    assert ("/review/approve" in answer.text) == approves
    sent = client.post(f"/review/approve?{SEPTEMBER}")
    assert (sent.status_code == 200) == approves


def test_a_neighbours_branch_is_not_found(login, app):
    with app.app_context(), scope.system():
        north = factories.unit("NORTH").id
    client = login("clerk_south")
    for address in ("/review/", "/review/download"):
        assert client.get(f"{address}?unit={north}").status_code == 404
    assert client.post(f"/review/approve?unit={north}").status_code == 404


@pytest.mark.usefixtures("sent")
def test_the_file_holds_every_exception_with_its_basis(login):
    answer = login("clerk_north").get(f"/review/download?{SEPTEMBER}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert {row[2] for row in rows if row[0] == "Chi bộ Bắc Hai"} == {
        "Chậm",
        "Nội dung như tháng trước",
    }
    assert any("2/2" in str(row[0]) or "2 / 2" in str(row[0]) for row in rows)


@pytest.mark.usefixtures("sent")
def test_the_number_of_statements_does_not_grow_with_the_cells(login, app, statements):
    client = login("clerk_north")
    client.get(BASE)
    statements.clear()
    client.get(BASE)
    before = len(statements)
    assert before <= 14, "\n".join(statements)
    with app.app_context(), scope.system():
        policy, criteria_set = factories.rules_in_force()
        for number in range(8):
            cell = factories.new_unit(
                f"R{number}", f"Chi bộ Thêm {number}", "SUB_CELL", factories.unit("NORTH")
            )
            factories.fill_cell(cell, policy, criteria_set)
        db.session.commit()
    statements.clear()
    client.get(BASE)
    assert len(statements) == before


def test_the_administrator_sets_a_rule_of_the_branch(login, app):
    with app.app_context(), scope.system():
        north, south = factories.unit("NORTH").id, factories.unit("SOUTH").id
    given = {"unit": north, "kind": "GAP", "number": "8", "active": "y", "valid_from": "01/10/2026"}
    client = login("admin_north")
    client.post("/review-rules/add", data=given | {"unit": south})
    client.post("/review-rules/add", data=given | {"number": "500"})
    client.post("/review-rules/add", data=given | {"kind": "EARLY"})
    with app.app_context(), scope.system():
        assert db.session.query(ReviewRule).count() == 0
    assert client.post("/review-rules/add", data=given).status_code == 302
    listed = client.get("/review-rules/list/").text
    assert "Từ mức" in listed
    assert "Mã số" not in listed
    with app.app_context(), scope.system():
        key = db.session.query(ReviewRule).one().id
    client.post(f"/review-rules/edit/{key}", data={"valid_to": "01/12/2026"})
    with app.app_context(), scope.system():
        assert db.session.query(ReviewRule).one().valid_to == date(2026, 12, 1)
    assert login("clerk_south").get(f"/review-rules/show/{key}").status_code == 404


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("deed", ["verify", "make_official"])
def test_points_that_were_changed_after_the_preview_are_not_decided_about(login, app, deed):
    client = login("clerk_north")
    preview = client.post(f"/review/{deed}?{SEPTEMBER}").text
    with app.app_context(), scope.system():
        scored = db.session.get(Evaluation, meeting("N1").id)
        points = {line.criterion_id: line.self_points for line in scored.scores}
        points[max(points)] -= 2
        scoring.give_points(scored, Layer.VERIFIED, points, by=who("supervisor_north"))
        db.session.commit()
    done = agree(client, deed, preview)
    assert "Đã có người khác sửa" in done.text
    assert score(app) is EvaluationState.SELF_SCORED


def test_on_a_phone_what_is_decided_together_is_not_below_a_hundred_cards(login, app):
    with app.app_context(), scope.system():
        for number in range(25):
            cell = factories.new_unit(
                f"P{number}", f"Chi bộ Thêm {number}", "SUB_CELL", factories.unit("NORTH")
            )
            factories.new_meeting(
                cell, date(2026, 9, 1), state=ScheduleState.NOT_HELD, state_reason="Bão"
            )
        db.session.commit()
    client = login("clerk_north")
    page = client.get(BASE).text
    assert 5 <= page.count('<tr class="phone-later">') <= 10
    assert 'class="phone-only mt-3"' in page
    assert "phone-later" not in client.get(f"{BASE}&rows=all").text
