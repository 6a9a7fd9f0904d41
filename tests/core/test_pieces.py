"""Small pieces of pages: values as people read them, icons, frames."""

from datetime import UTC, date, datetime, time

import pytest
from flask_babel import force_locale
from jinja2 import Undefined

from app.core import pieces
from app.core.labels import formatters
from app.evaluations.models import Rating
from app.meetings.rules import ResultState


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context("/"), force_locale("vi"):
        yield


@pytest.mark.parametrize("nothing", [None, "", Undefined(name="gone")])
def test_nothing_is_a_dash_that_is_read_aloud(nothing):
    assert 'aria-label="' in pieces.value(nothing)
    assert "—" in pieces.value(nothing)


@pytest.mark.parametrize(
    ("held", "column", "shown"),
    [
        (date(2026, 10, 5), "held_on", '<time datetime="2026-10-05">05/10/2026</time>'),
        (date(2026, 10, 1), "month", '<time datetime="2026-10-01">10/2026</time>'),
        (date(2026, 10, 1), "first_month", '<time datetime="2026-10-01">10/2026</time>'),
        (
            datetime(2026, 10, 5, 19, 30),
            "planned_at",
            '<time datetime="2026-10-05T19:30:00">05/10/2026 19:30</time>',
        ),
        (
            datetime(2026, 10, 5, 12, 30, tzinfo=UTC),
            "sent_at",
            '<time datetime="2026-10-05T12:30:00+00:00">05/10/2026 19:30</time>',
        ),
        (time(19, 30), "at", "19:30"),
        (1234, "present", "1.234"),
        (92.5, "total", "92,5"),
    ],
)
def test_days_times_and_numbers_are_written_as_the_office_does(held, column, shown):
    assert pieces.value(held, column) == shown


def test_truths_and_states_are_framed():
    assert 'class="tag tag-ok"' in pieces.value(True)
    assert 'class="tag tag-short"' in pieces.value(False)
    assert f"tag-{ResultState.RETURNED.tone}" in pieces.value(ResultState.RETURNED)


def test_a_short_tag_is_kept_on_one_line_a_long_one_is_given_room(app):
    with app.test_request_context():
        assert "tag-short" in pieces.tag("Đã thẩm định", "info")
        assert "tag-long" in pieces.tag("Thường kỳ và chuyên đề")
        rating = Rating(code="TOT", name="Tốt", name_en="Good")
        assert "tag-short" in pieces.tag(rating)


def test_of_many_things_eight_are_shown_and_the_others_counted():
    shown = pieces.value(["<b>", *"abcdefghij"])
    assert shown.count("<span") == 10
    assert "&lt;b&gt;" in shown
    assert 'title="h, i, j">+3' in shown
    assert "—" in pieces.value([])


def test_what_people_typed_cannot_become_markup():
    assert "&lt;script" in pieces.tag("<script>")
    assert pieces.cell("<script>", "name", None) == "&lt;script&gt;"
    assert pieces.cell("a", "name", {"name": lambda held: held + "<"}) == "a&lt;"


def test_a_formatter_leaves_truths_states_and_nothing_to_their_frames():
    shout = {"is_held": str, "state": str}
    assert "tag" in pieces.cell(True, "is_held", shout)
    assert "tag" in pieces.cell(ResultState.RETURNED, "state", shout)
    assert "—" in pieces.cell(None, "state", shout)


def test_names_of_font_awesome_are_understood():
    assert "#device-floppy" in pieces.icon("fa-save")
    assert "#users" in pieces.icon("users")
    assert "#point" in pieces.icon("")


def test_columns_say_their_label_and_how_their_cells_look():
    assert pieces.columns(
        ["name", "present"], {"name": "Tên", "present": "Có mặt"}, {"present"}
    ) == [
        ("name", "Tên", "cell-first"),
        ("present", "Có mặt", "cell-number"),
    ]


def test_a_day_and_its_hour_are_not_torn_apart():
    held = datetime(2026, 10, 5, 19, 30)
    shown = pieces.cell(held, "planned_at", {"planned_at": "Thứ Hai, {:%d/%m/%Y %H:%M}".format})
    assert shown == '<span>Thứ Hai, <span class="cell-when">05/10/2026 19:30</span></span>'


def test_counts_are_grouped_names_of_rows_are_not_and_nobody_is_called_system(app):
    by = formatters(None, ["added", "subject_id", "opened_by"])
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        assert pieces.cell(2563, "added", by) == "2.563"
        assert pieces.cell(2563, "subject_id", by) == "2563"
        assert pieces.cell("system", "opened_by", by) == "tự động"
        assert pieces.cell("chuyenvien", "opened_by", by) == "chuyenvien"


def test_a_figure_of_two_numbers_breaks_between_them(app):
    macros = app.jinja_env.get_template("macros/ui.html").module
    assert "5.662/<wbr>6.000</span>" in macros.stat("Chi bộ", "5.662/6.000")
    assert "&lt;b&gt;" in macros.stat("Chi bộ", "<b>")
