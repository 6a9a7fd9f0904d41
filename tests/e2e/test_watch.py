"""The watch lists in a browser: both widths and colours, the why of a list, the file."""

from datetime import date, timedelta

import pytest

from app.core import clock, months, scope
from app.core.db import db
from app.people.rules import ActivityState
from tests.e2e.axe import violations
from tests.watch.cast import member, roll, spell

pytestmark = pytest.mark.e2e


@pytest.fixture
def absences(app) -> date:
    """Somebody on every list but the thematic one, which the quarter decides."""
    today = clock.today()
    this = months.first_of(today)
    with app.app_context(), scope.system():
        roll("N1", member("N1"), "✗✗✗", months.add(this, -1))
        roll("N2", member("N2"), "PPPPPPPPPPP", this)
        spell(
            member("N1", "Dung"),
            ActivityState.EXEMPT,
            today - timedelta(days=300),
            today + timedelta(days=9),
        )
        spell(member("N1", "Đức"), ActivityState.TEMP_OUT, today - timedelta(days=500))
        db.session.commit()
    return this


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
@pytest.mark.usefixtures("absences")
def test_nothing_is_wrong_with_the_page(enter, address, width, dark):
    page = enter("clerk_north", None, width=width, dark=dark)
    for path in ("/watch/", "/watch/?kind=UNEXCUSED_RECENT", "/watch-rules/list/"):
        page.goto(address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


@pytest.mark.usefixtures("absences")
def test_a_secretary_asks_why_and_goes_to_the_member(enter):
    page = enter("secretary_north", "/desk/", width=360)
    page.get_by_role("link", name="Danh sách theo dõi").last.click()
    page.get_by_role("button", name="Vì sao? Vắng không lý do gần đây").click()
    box = page.locator("#why-unexcused_recent")
    assert "208-QĐ/TW" in box.inner_text()
    assert "2 trong 3 tháng" in box.inner_text()
    assert violations(page) == []
    box.get_by_role("button", name="Đóng").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải về .xlsx").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.locator(".watch-table a", has_text="Trần Thị Bình").first.click()
    page.wait_for_url("**/members/show/*")


@pytest.mark.usefixtures("absences")
def test_on_a_phone_an_entry_takes_a_few_lines(enter, address):
    page = enter("clerk_north", width=360)
    page.goto(f"{address}/watch/")
    heights = page.evaluate(
        "[...document.querySelectorAll('.watch tbody tr')].map((row) => row.clientHeight)"
    )
    assert len(heights) >= 6
    assert max(heights) <= 150
    assert sum(heights) / len(heights) <= 120
    heads = page.evaluate(
        "[...document.querySelectorAll('.watch-head')].map((head) => head.clientHeight)"
    )
    assert max(heads) <= 50
