"""Everything a user can read is there in Vietnamese and in English."""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

import marshmallow
import pytest
from babel.messages.catalog import Catalog
from flask import Flask, g, render_template_string, session
from flask.testing import FlaskClient
from flask_appbuilder.api import BaseApi
from flask_babel import Babel, force_locale, get_locale, gettext, ngettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, IntegerField, StringField, validators

from app.core import i18n, naming, scope
from app.core.db import db
from app.core.text import fold
from app.notices.rules import NoticeKind
from app.reminders.views import ReminderView
from tests import factories
from tools import translations

# Folded, as every Vietnamese syllable is built: "nghieng" is one, "search" is none.
SYLLABLE = re.compile(
    r"(ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?"
    r"(ieu|yeu|oai|oao|oay|oeo|uai|uay|uoi|uou|uya|uye|uyu|"
    r"ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ya|ye|[aeiouy])"
    r"(ch|ng|nh|[cmnpt])?"
)
# English that happens to be built like Vietnamese.
ENGLISH = frozenset(
    ["the", "to", "of", "on", "or", "as", "at", "by", "not", "no", "yes", "you", "home"]
)
NAMES = frozenset(["factory", *(name for name, *_ in factories.CAST)])
UNREAD = re.compile(r"/(logout|lang|static|api|swagger)\b")
BORROWED = frozenset(
    [
        "api",
        "json",
        "menu",
        "rest",
        "pdf",
        "png",
        "svg",
        "excel",
        "km",
        "zalo",
        "web",
        "google",
        "calendar",
        "android",
        "apple",
        "iphone",
        "ipad",
        "outlook",
        "microsoft",
    ]
)
KNOWN = BORROWED | NAMES


@pytest.fixture(scope="module", params=translations.LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    translations.compile_all()


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return translations.wanted()


@pytest.fixture(scope="module")
def small_app() -> Flask:
    """An application with languages and nothing else."""
    app = Flask("small")
    app.config.update(SECRET_KEY="for this test only", WTF_CSRF_ENABLED=False)
    Babel(app, default_translation_directories=str(translations.FOLDER))
    i18n.register(app)
    return app


@pytest.fixture
def vietnamese(small_app: Flask) -> Iterator[None]:
    with small_app.test_request_context(method="POST", data={"name": "x", "age": "old"}):
        yield


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A field for each way WTForms looks a message up."""

    name = StringField(validators=[validators.Length(min=3)])
    reason = StringField(validators=[validators.DataRequired()])
    age = IntegerField()
    day = DateField(validators=[validators.InputRequired()])


class Person(marshmallow.Schema):
    """A field for each way marshmallow words an error."""

    age = marshmallow.fields.Integer(validate=marshmallow.validate.Range(min=1, max=99))
    email = marshmallow.fields.Email()
    name = marshmallow.fields.String(required=True)
    born = marshmallow.fields.DateTime()
    kind = marshmallow.fields.String(validate=marshmallow.validate.OneOf(["a", "b"]))
    note = marshmallow.fields.String(validate=marshmallow.validate.Length(max=2, error="Not found"))


def test_every_message_is_translated_with_its_placeholders(wanted: Catalog, locale: str) -> None:
    assert list(translations.faults(wanted, translations.load(locale))) == []


def test_no_message_is_kept_that_nobody_says(wanted: Catalog, locale: str) -> None:
    kept = {message.id for message in translations.load(locale) if message.id}
    assert kept - {message.id for message in wanted} == set()


def test_a_catalogue_is_stored_the_same_whoever_stores_it(
    locale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = translations.FOLDER / locale / "LC_MESSAGES" / "messages.po"
    catalog = translations.load(locale)
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    assert translations.store(locale, catalog)
    assert (tmp_path / locale / "LC_MESSAGES" / "messages.po").read_bytes() == stored.read_bytes()
    assert not translations.store(locale, catalog)


def test_compiling_again_writes_nothing(locale: str) -> None:
    translations.compile_all()
    compiled = translations.FOLDER / locale / "LC_MESSAGES" / "messages.mo"
    before = compiled.stat().st_mtime_ns
    translations.compile_all()
    assert compiled.stat().st_mtime_ns == before


def test_faults_are_found() -> None:
    template, catalog = Catalog(), Catalog()
    for message in ("missing", "%(count)s units", "%(part)s units", "unsure"):
        template.add(message, locations=[("page.html", 1)])
    catalog.add("%(count)s units", "%(number)s tổ chức")
    catalog.add("%(part)s units", "%(part)s % tổ chức")
    catalog.add("unsure", "chưa chắc", flags={"fuzzy"})
    found = [fault.split(":")[0] for fault in translations.faults(template, catalog)]
    assert sorted(found) == [
        "a lone % must be doubled",
        "fuzzy",
        "not translated",
        "placeholders differ",
    ]


def _vietnamese_texts() -> Iterator[tuple[str, str]]:
    for message in translations.load("vi"):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        yield from ((ids[0], text) for text in texts if ids[0])


def test_vietnamese_is_spelled_one_way() -> None:
    # "ủy" and "khóa", not "uỷ" and "khoá": the tone stands on the first of two open vowels.
    other_way = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)|(?<!q)u[ỳýỷỹỵ](?!\w)", re.IGNORECASE)
    assert [text for _, text in _vietnamese_texts() if other_way.search(text)] == []
    assert [t for _, t in _vietnamese_texts() if not unicodedata.is_normalized("NFC", t)] == []


def test_a_translation_begins_and_ends_like_its_message() -> None:
    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [key for key, text in _vietnamese_texts() if edges(key) != edges(text)] == []


def test_a_translation_brings_no_markup_of_its_own() -> None:
    # Templates put messages into the page as they are.
    assert [key for key, text in _vietnamese_texts() if ("<" in text) != ("<" in key)] == []


@pytest.mark.usefixtures("vietnamese")
def test_form_errors_are_vietnamese() -> None:
    form = Form()
    assert not form.validate()
    assert form.errors == {
        "name": ["Hãy nhập ít nhất 3 ký tự."],
        "reason": ["Hãy điền mục này."],
        "age": ["Hãy nhập một số nguyên."],
        "day": ["Hãy điền mục này."],
    }


@pytest.mark.usefixtures("vietnamese")
def test_form_errors_are_english_for_english_readers() -> None:
    with force_locale("en"):
        form = Form()
        assert not form.validate()
        assert form.errors["name"] == ["Field must be at least 3 characters long."]
        assert form.errors["reason"] == ["This field is required."]


@pytest.mark.usefixtures("vietnamese")
def test_errors_of_rest_bodies_are_vietnamese() -> None:
    sent = {"age": 100, "email": "x", "born": "x", "kind": "c", "note": "xxx", "more": 1}
    assert Person().validate(sent) == {
        "age": ["Giá trị phải từ 1 đến 99."],
        "email": ["Địa chỉ thư điện tử không hợp lệ. Ví dụ đúng: ten@coquan.vn."],
        "name": ["Thiếu mục bắt buộc này."],
        "born": ["Giá trị không phải là ngày giờ hợp lệ."],
        "kind": ["Giá trị phải là một trong: a, b."],
        "note": ["Không tìm thấy trong phạm vi của đồng chí."],
        "more": ["Không có trường này. Hãy bỏ trường này đi."],
    }
    assert Person().validate([]) == {"_schema": ["Dữ liệu gửi lên phải là một đối tượng."]}


def test_a_schema_shared_by_requests_speaks_the_language_of_each(small_app: Flask) -> None:
    shared = Person()
    for code, said in (
        ("en", "Unknown field."),
        ("vi", "Không có trường này. Hãy bỏ trường này đi."),
    ):
        with small_app.test_request_context(query_string={"_l_": code}):
            assert shared.validate({"name": "x", "more": 1}) == {"more": [said]}
            assert shared.validate({"name": "x", "age": 0})["age"] != ["Invalid value."]
    assert shared.validate({"more": 1})["more"] == ["Unknown field."]


@pytest.mark.usefixtures("vietnamese")
def test_an_empty_text_stays_empty() -> None:
    assert gettext("") == ""
    assert render_template_string("{{ _(nothing) }}") == ""


@pytest.mark.usefixtures("vietnamese")
def test_what_somebody_typed_is_no_markup_and_no_place_for_words() -> None:
    shown = partial(render_template_string, "{{ _(said) }}")
    assert shown(said="“<b>100 %</b>” is none") == "“&lt;b&gt;100 %&lt;/b&gt;” is none"
    assert shown(said="%(name)s") == "%(name)s"
    assert shown(said="Saved") == "Đã lưu."


@pytest.mark.parametrize(("locale", "told"), [("vi", "1.301"), ("en", "1,301")])
def test_a_count_within_words_is_written_like_any_number(
    small_app: Flask, locale: str, told: str
) -> None:
    one, many = "%(num)s new notice", "%(num)s new notices"
    with small_app.test_request_context(), force_locale(locale):
        assert ngettext(one, many, 1301).split()[0] == told
        template = small_app.jinja_env.from_string("{{ ngettext(one, many, 1301) }}")
        assert template.render(one=one, many=many).split()[0] == told
        assert ngettext("%(num)d error", "%(num)d errors", 1301).split()[0] == "1301"


@pytest.mark.usefixtures("vietnamese")
def test_the_same_word_of_english_is_told_by_what_it_means() -> None:
    assert gettext(NoticeKind.TODAY.value) == "Đến hạn"
    assert str(ReminderView.show_title) == "Lời nhắc"


@pytest.mark.usefixtures("vietnamese")
def test_rest_answers_are_vietnamese() -> None:
    assert BaseApi().response_404().json == {
        "message": "Không tìm thấy trong phạm vi của đồng chí."
    }
    assert BaseApi.response(200, message={"kept": 1}, count=2).json == {
        "message": {"kept": 1},
        "count": 2,
    }


def test_the_language_is_the_chosen_one_then_the_accounts_then_the_browsers(
    small_app: Flask,
) -> None:
    class Account:
        locale = "en"

    with small_app.test_request_context():
        assert str(get_locale()) == "vi"
    with small_app.test_request_context(headers={"Accept-Language": "fr, en;q=0.5"}):
        assert i18n.select_locale() == "en"
    with small_app.test_request_context(headers={"Accept-Language": "vi"}):
        g.user = Account()
        assert i18n.select_locale() == "en"
        session["locale"] = "vi"
        assert i18n.select_locale() == "vi"
        session["locale"] = "../../etc"
        assert i18n.select_locale() == "en"
    with small_app.test_request_context(query_string={"_l_": "en"}):
        session["locale"] = "vi"
        assert i18n.select_locale() == "en"
    assert i18n.select_locale() == "vi"


def test_choosing_a_language_leaves_no_trace_in_the_session(small_app: Flask) -> None:
    with small_app.test_request_context():
        assert i18n.select_locale() == "vi"
        assert not session


@pytest.mark.parametrize(
    ("template", "vi", "en"),
    [
        ("{{ day | date_vi }}", "04/11/2026", "04/11/2026"),
        ("{{ day | date_vi(weekday=true) }}", "Thứ Tư, 04/11/2026", "Wednesday, 04/11/2026"),
        ("{{ moment | datetime_vi }}", "05/11/2026 00:30", "05/11/2026 00:30"),
        ("{{ moment | date_vi }}", "05/11/2026", "05/11/2026"),
        ("{{ wall | datetime_vi }}", "04/11/2026 19:30", "04/11/2026 19:30"),
        ("{{ points | number }}", "1.092,5", "1,092.5"),
        ("{{ points | number(0) }}", "1.093", "1,093"),
        ("{{ 90 | number }} {{ 0.125 | number }}", "90 0,13", "90 0.13"),
        ("{{ 13 | percent(15) }}", "13/15 = 86,7 %", "13/15 = 86.7%"),
        ("{{ day | month }}", "Tháng 11/2026", "November 2026"),
        ("{{ none | date_vi }}{{ none | datetime_vi }}", "——", "——"),
        ("{{ none | number }}{{ none | month }}{{ 0 | percent(0) }}", "———", "———"),
        ("{{ permission_label('can_confirm', 'Schedules') }}", "Lịch sinh hoạt: Xác nhận", None),
        ("{{ permission_label('menu_access', 'Units') }}", "Tổ chức đảng: Thấy trong menu", None),
    ],
)
def test_values_are_written_as_the_reader_expects(
    small_app: Flask, template: str, vi: str, en: str | None
) -> None:
    values = {
        "day": date(2026, 11, 4),
        "moment": datetime(2026, 11, 4, 17, 30, tzinfo=UTC),
        "wall": datetime(2026, 11, 4, 19, 30, tzinfo=UTC).replace(tzinfo=None),
        "points": Decimal("1092.50"),
    }
    for code, expected in (("vi", vi), ("en", en)):
        with small_app.test_request_context(query_string={"_l_": code}):
            assert expected is None or render_template_string(template, **values) == expected


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("UnitTree", "Unit tree"),
        ("reset_password", "Reset password"),
        ("Home", "Home"),
        ("List Users", "List users"),
    ],
)
def test_code_names_become_phrases(name: str, phrase: str) -> None:
    assert naming.words(name) == phrase


class Reader(HTMLParser):
    """Gathers what a person reads on a page, and where its links lead."""

    READ_ALOUD = ("title", "placeholder", "aria-label", "alt", "data-confirm", "data-none")
    VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "source", "wbr", "col"])

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.silent = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        unread = tag in {"script", "style", "code", "pre", "kbd"} or given.get("lang", "vi") != "vi"
        silent = self.silent[-1] or unread
        if tag not in self.VOID:
            self.silent.append(silent)
        if not silent:
            self.texts += [given[name] or "" for name in self.READ_ALOUD if name in given]
        if tag == "a":
            self.links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and len(self.silent) > 1:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent[-1]:
            self.texts.append(data)

    def foreign(self) -> list[str]:
        """The texts in which a word is not Vietnamese."""
        return [" ".join(text.split()) for text in self.texts if _foreign(text)]


def _english_names(app: Flask) -> set[str]:
    """The names that tables hold in English beside the Vietnamese ones."""
    tables = db.metadata.tables.values()
    columns = [col for table in tables for col in table.columns if col.name.endswith("_en")]
    with app.app_context(), scope.system():
        return {name for column in columns for name in db.session.scalars(select(column)) if name}


@cache  # most of a page is on all others too
def _foreign(text: str) -> list[str]:
    """The words of a text that are not Vietnamese; names of accounts and codes are no words."""
    prose = re.sub(r"https?://\S+", "", text)
    words = re.findall(r"(?<![\w@.%-])[^\W\d_]+(?![\w@.%-]*[\d@_])", prose)
    return [
        word
        for word in words
        if len(word) > 1
        and not word.isupper()  # codes and abbreviations
        and (key := fold(word)) not in KNOWN
        and (not SYLLABLE.fullmatch(key) or (word.isascii() and key in ENGLISH))
    ]


def _addresses(app: Flask) -> list[str]:
    """Every page that can be asked for without naming a record."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not UNREAD.match(rule.rule)
    ]


def _read(client: FlaskClient, start: list[str], most: int) -> dict[str, str]:
    """Follow the links from ``start``; where each text with a foreign word was first read."""
    waiting, seen = deque(start), set(start)
    found: dict[str, str] = {}
    shapes: set[str] = set()
    while waiting and most:
        most -= 1
        address = waiting.popleft()
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        reader = Reader()
        reader.feed(answer.text)
        for text in reader.foreign():
            found.setdefault(text, address)
        for link in reader.links:
            # One record of a kind stands for the others.
            shape = re.sub(r"\d+", "0", link.partition("?")[0])
            if link.startswith("/") and not UNREAD.match(link):
                if link not in seen and shape not in shapes:
                    waiting.append(link)
                    shapes.add(shape)
                seen.add(link)
    return found


@pytest.mark.parametrize(
    "name", ["admin", "analyst", "clerk_north", "supervisor_north", "secretary_north", "inspector"]
)
def test_no_english_left_on_vietnamese_pages(
    app: Flask, login: Callable[[str], FlaskClient], name: str
) -> None:
    left = _read(login(name), _addresses(app), most=160)
    held = _english_names(app)
    assert {text: address for text, address in left.items() if text not in held} == {}


@pytest.mark.parametrize("name", ["admin", "clerk_north", "secretary_north"])
def test_no_english_left_in_the_errors_of_forms(
    app: Flask, login: Callable[[str], FlaskClient], name: str
) -> None:
    client = login(name)
    found: dict[str, str] = {}
    for address in _addresses(app):
        if address.endswith("/add"):
            fields = re.findall(r'name="(\w+)"', client.get(address).text)
            for sent in ({}, dict.fromkeys(fields, "\x01 §")):
                reader = Reader()
                reader.feed(client.post(address, data=sent, follow_redirects=True).text)
                found |= dict.fromkeys(reader.foreign(), address)
    assert found == {}


def test_no_english_left_where_nobody_is_logged_in(app: Flask) -> None:
    client = app.test_client()
    for address in ("/login/", "/no-such-page", "/lang/xx"):
        reader = Reader()
        reader.feed(client.get(address).text)
        assert reader.foreign() == []


def test_english_words_are_told_from_vietnamese_ones() -> None:
    assert _foreign("Tổ chức đảng nghiêng, chuyên đề: 13/15 = 86,7 % · Đắk Lắk") == [
        "Đắk",
        "Lắk",
    ]
    assert _foreign("Search the list, can_add x@y.vn HD42") == ["Search", "the", "list"]


@pytest.mark.parametrize(
    ("page", "then"),
    [
        ("http://localhost/chase/?month=2026-10", "/chase/?month=2026-10"),
        ("http://localhost/results/action_post", "/"),
        ("http://elsewhere.example/chase/", "/"),
        ("http://localhost//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_a_change_of_language_stays_on_the_page(login, page, then):
    client = login("clerk_north")
    client.get("/units/list/")
    answer = client.get("/lang/en", headers={"Referer": page})
    assert answer.location == then
    assert "Chase board" in client.get("/chase/").text
