"""Amendments: with a reason, by who has the last word; what was frozen prints as it was."""

import html
import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.core import scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations.checks import PointsRefused
from app.evaluations.models import Criterion, Evaluation, Rating
from app.meetings.models import AttendancePolicy
from app.meetings.rules import MOST_PEOPLE
from app.rollup import commands, queries
from app.rollup.models import Amendment
from app.rollup.rules import add_up
from app.rollup.snapshots import Snapshot
from app.units import commands as units
from app.units.rules import Decision
from tests.factories import unit
from tests.meetings import NOW, who
from tests.periods import SEPTEMBER
from tests.rollup import meeting, report, submit

pytestmark = pytest.mark.usefixtures("in_october")


def amend(by: str = "clerk_north", code: str = "N1", **facts) -> list[Amendment]:
    told = facts or {"present": 5, "excused": 0}
    return commands.amend(meeting(code), told, by=who(by), reason="Đếm nhầm", at=NOW)


def refused(deed, words: str | None = None) -> None:
    with pytest.raises(RuleBroken, match=words), db.session.begin_nested():
        deed()


@pytest.mark.usefixtures("system")
class TestAmending:
    def test_what_is_still_open_is_changed_as_usual(self) -> None:
        refused(amend, "còn mở")

    def test_every_value_is_kept_old_and_new_with_the_reason(self) -> None:
        taken = submit()
        made = amend()
        assert [(one.field, one.old_value, one.new_value) for one in made] == [
            ("present", "4", "5"),
            ("excused", "1", "0"),
        ]
        assert {(one.reason, one.amended_by, one.snapshot_id) for one in made} == {
            ("Đếm nhầm", "clerk_north", taken.id)
        }
        row = meeting()
        assert (row.attended, row.due, row.amended_at) == (5, 5, NOW)
        assert add_up(queries.rows_of([taken.id])).attended == 8
        now = queries.rows_now(unit("NORTH"), SEPTEMBER, anew=True)
        assert add_up(now).attended == 9
        assert [one.code for one in now if one.amended] == ["N1"]

    def test_official_points_total_and_rating_follow(self) -> None:
        submit()
        first = db.session.scalars(select(Criterion).order_by(Criterion.position)).first()
        made = commands.amend(
            meeting(), points={first.id: Decimal("20")}, by=who("clerk_north"), reason="Sai", at=NOW
        )
        assert [(one.subject, one.field, one.old_value, one.new_value) for one in made] == [
            ("score", "1", "60.0", "20.0"),
            ("evaluation", "official_total", "92.0", "52.0"),
            ("evaluation", "official_rating_code", "TOT", "TRUNG_BINH"),
        ]
        found = db.session.get(Evaluation, meeting().id)
        assert (found.official_total, found.official_rating_code) == (52, "TRUNG_BINH")
        assert found.self_total == 95

    def test_impossible_values_and_empty_amendments_are_refused(self) -> None:
        submit()
        refused(lambda: amend(present=9))
        refused(lambda: amend(ended_at=datetime(2026, 9, 4, 13, 0)))
        refused(lambda: amend(speakers=3))
        refused(lambda: amend(due=1))
        with pytest.raises(RuleBroken):
            commands.amend(meeting(), {"speakers": 2}, by=who("clerk_north"), reason=" ", at=NOW)

    def test_who_has_the_last_word_amends(self) -> None:
        submit()
        refused(lambda: amend("secretary_north"))
        refused(lambda: amend("clerk_south"))
        amend(speakers=2)
        commands.accept(report(), by=who("analyst"))
        refused(lambda: amend("clerk_north", speakers=1), "cấp trên")
        amend("analyst", speakers=1)
        submit("SOUTH")
        submit("ROOT")
        refused(lambda: amend("clerk_south", "S1"), "cấp trên")
        amend("analyst", "S1")

    def test_an_amendment_is_kept_for_ever(self) -> None:
        submit()
        amend()
        with pytest.raises(Exception, match="permission denied"), db.session.begin_nested():
            db.session.execute(Amendment.__table__.update().values(reason="x"))


class TestPaper:
    """What was submitted prints the same, byte for byte, whatever happens afterwards."""

    PAGE = "/monthly-report/?unit={}&month=09/2026"
    FILE = "/monthly-report/download?unit={}&month=09/2026"

    def printed(self, client, key: int) -> tuple[str, bytes]:
        page = client.get(self.PAGE.format(key)).text
        start, end = page.index('<article class="monthly">'), page.index("</article>")
        table = page[page.index("summary paper-across") :]
        return page[start:end] + table[: table.index("</table>")], client.get(
            self.FILE.format(key)
        ).data

    def test_an_accepted_report_prints_what_was_frozen(self, app, login) -> None:
        with app.app_context(), scope.system():
            submit("NORTH")
            submit("SOUTH")
            submit("ROOT")
            commands.accept(report("NORTH"), by=who("analyst"))
            keys = {code: unit(code).id for code in ("ROOT", "NORTH")}
            db.session.commit()
        chief = login("analyst")
        before = {code: self.printed(chief, key) for code, key in keys.items()}
        assert "Chi bộ Bắc Một" in before["ROOT"][0]
        with app.app_context(), scope.system():
            amend("analyst")
            decision, by = Decision(date(2026, 9, 10), "907-QĐ/TU", date(2026, 9, 1)), who("admin")
            units.rename(unit("NORTH"), "Đảng bộ Tên Mới", "Tên mới", decision, by=by)
            units.move(unit("N1"), unit("SOUTH"), decision, by=by)
            db.session.commit()
        assert {code: self.printed(chief, key) for code, key in keys.items()} == before
        live = chief.get(self.PAGE.format(keys["ROOT"]) + "&now=1").text
        assert "Đảng bộ Tên Mới" in live
        assert "17/20" in live
        with app.app_context(), scope.system():
            # Policies, criteria and the scale may be called otherwise later, too.
            db.session.execute(update(AttendancePolicy).values(name="Cách khác"))
            db.session.execute(update(Rating).values(name="Khác"))
            db.session.commit()
        assert {code: self.printed(chief, key) for code, key in keys.items()} == before

    def test_a_committee_that_moves_takes_its_frozen_figures_along(self, app, login) -> None:
        with app.app_context(), scope.system():
            key, kept = unit("NORTH").id, submit("NORTH").id
            db.session.commit()
        chief = login("analyst")
        before = self.printed(chief, key)
        with app.app_context(), scope.system():
            decision = Decision(date(2026, 9, 10), "907-QĐ/TU", date(2026, 9, 1))
            units.move(unit("NORTH"), unit("SOUTH"), decision, by=who("admin"))
            db.session.commit()
            assert db.session.get(Snapshot, kept).unit_path == unit("NORTH").path
        assert self.printed(chief, key) == before
        assert "Chi bộ Bắc Một" in self.printed(login("clerk_south"), key)[0]

    def test_who_was_handed_figures_reads_them_after_the_unit_has_left(self, app, login) -> None:
        with app.app_context(), scope.system():
            submit("NORTH")
            kept = submit("ROOT", incomplete=True)
            key = kept.id
            [north] = queries.parts_of([key])
            root = unit("ROOT").path
            db.session.commit()
        # As if the branch of the north hung elsewhere: its own rows are out of the scope.
        with app.app_context(), scope.entered(scope.Scope(root, root)):
            assert queries.rows_of([north]) == []
        with app.app_context(), scope.entered(scope.Scope(root, f"{root}0")):
            assert {row.code for row in queries.rows_of([north])} == {"NORTH", "N1", "N2"}
            assert len(queries.rows_of([key])) == 5


def amend_form(client, key: int) -> dict[str, str]:
    page = client.get(f"/amend/{key}").text
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    return {name: html.unescape(value) for name, value in fields.items()} | {"reason": "Đếm nhầm"}


def beside(page: str, field: str) -> str:
    return page.split(f'data-field="{field}"')[1].partition('data-field="')[0]


class TestBounds:
    """What the form of a result refuses, an amendment refuses too, beside the field."""

    @pytest.fixture
    def key(self, app) -> int:
        with app.app_context(), scope.system():
            submit()
            db.session.commit()
            return meeting().id

    def kept(self, app) -> int:
        with app.app_context(), scope.system():
            return len(db.session.scalars(select(Amendment)).all())

    @pytest.mark.parametrize("number", ["100000", "2147483648", "-1"])
    def test_a_head_count_has_the_bounds_of_the_result(self, app, login, key, number) -> None:
        clerk = login("clerk_north")
        sent = amend_form(clerk, key) | {"on_roll": number, "present": number, "excused": "0"}
        page = clerk.post(f"/amend/{key}", data=sent)
        assert page.status_code == 200
        assert "field-error" in beside(page.text, "on_roll") or "-error" in beside(
            page.text, "on_roll"
        )
        assert self.kept(app) == 0

    @pytest.mark.usefixtures("system")
    def test_the_command_has_the_same_bounds(self) -> None:
        submit()
        most = MOST_PEOPLE + 1
        with pytest.raises(RuleBroken) as told, db.session.begin_nested():
            amend(on_roll=most, present=most, excused=0)
        assert told.value.field == "on_roll"
        refused(lambda: amend(present=10**6, voluntary=10**6))

    def test_of_many_fields_to_mend_the_first_are_named_and_the_others_counted(
        self, login, key
    ) -> None:
        clerk = login("clerk_north")
        emptied = dict.fromkeys(amend_form(clerk, key), "")
        page = clerk.post(f"/amend/{key}", data=emptied).text
        told = page.split('role="alert"')[1].split("</ul>")[0]
        wrong = page.count('class="field-error"')
        assert wrong > 7
        assert told.count("<a href=") == 6
        assert f"và {wrong - 6} mục khác" in told

    def test_official_points_are_not_emptied(self, app, login, key) -> None:
        clerk = login("clerk_north")
        sent = amend_form(clerk, key) | {"speakers": "1"}
        name = next(one for one in sent if one.startswith("points_"))
        for empty in ("", "  "):
            page = clerk.post(f"/amend/{key}", data=sent | {name: empty})
            assert page.status_code == 200
            assert "không được để trống" in beside(page.text, name)
        without = {one: value for one, value in sent.items() if one != name}
        assert clerk.post(f"/amend/{key}", data=without).status_code == 200
        assert self.kept(app) == 0
        assert clerk.post(f"/amend/{key}", data=sent).status_code == 302

    @pytest.mark.usefixtures("system")
    def test_the_command_empties_no_points_either(self) -> None:
        submit()
        first = db.session.scalars(select(Criterion).order_by(Criterion.position)).first()
        with pytest.raises(PointsRefused) as told, db.session.begin_nested():
            commands.amend(
                meeting(), points={first.id: None}, by=who("clerk_north"), reason="Sai", at=NOW
            )
        assert set(told.value.errors) == {first.id}

    @pytest.mark.parametrize("mark", ["TUYỆT MẬT", "Số 12 (MẬT)", "tối mật"])
    def test_what_is_marked_secret_is_not_taken(self, app, login, key, mark) -> None:
        clerk = login("clerk_north")
        opened = amend_form(clerk, key) | {"resolution_no": "NQ-1"}
        for field in ("reason", "resolution_no"):
            page = clerk.post(f"/amend/{key}", data=opened | {field: mark})
            assert page.status_code == 200
            assert "bí mật nhà nước" in beside(page.text, field)
        assert self.kept(app) == 0
