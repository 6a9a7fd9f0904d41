"""The language of a request, how values look in it, and libraries made to speak it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    abort,
    current_app,
    g,
    has_app_context,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import Domain, get_locale, gettext, refresh
from jinja2 import pass_context
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core import clock, libraries, months, naming, text
from app.core.clock import OFFICE

LANGUAGES = {
    "vi": {"flag": "vn", "name": "Tiếng Việt"},
    "en": {"flag": "gb", "name": "English"},
}
DEFAULT = "vi"


def select_locale() -> str:
    """Return the language of this request; outside a request the office's own, Vietnamese.

    The first that names a language we have: ``?_l_=``, the session, the account's preference,
    the browser.
    """
    if not has_request_context():
        return DEFAULT
    asked = (
        request.args.get("_l_"),
        session.get("locale"),
        _preferred(),
    )
    for code in asked:
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT


def _preferred() -> Any:
    """The language that the account has chosen, if the database tells."""
    try:
        return getattr(g.get("user"), "locale", None)
    except OperationalError:
        # The page that says so needs a language all the same.
        return None


def language() -> str:
    """Return the code of the language spoken now: "vi" or "en"."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def date_vi(value: date | None, weekday: bool = False) -> str:
    """Return a day as dd/MM/yyyy, with its weekday when asked; "—" for none."""
    if value is None:
        return text.MISSING
    day = _on_the_wall(value) if isinstance(value, datetime) else value
    if weekday:
        return months.weekday_date(day, language())
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def datetime_vi(value: datetime | None) -> str:
    """Return a moment as the office's clock shows it, dd/MM/yyyy HH:mm; "—" for none."""
    return f"{date_vi(value)} {_on_the_wall(value):%H:%M}" if value else text.MISSING


def number(value: text.Exact | float | None, decimals: int | None = None) -> str:
    """Return a number in the reader's notation; "—" for none.

    Without ``decimals`` as many are shown as it has, two at most: 90 and 92,5.
    """
    if value is None:
        return text.MISSING
    exact = Decimal(str(value)) if isinstance(value, float) else value
    return _written(exact, decimals, language())


@lru_cache(maxsize=4096)
def _written(exact: text.Exact, decimals: int | None, locale: str) -> str:
    # Kept: pages of lists write the same few totals again and again.
    if decimals is None:
        rounded = round(Fraction(exact) * 100)
        decimals = 0 if rounded % 100 == 0 else 1 if rounded % 10 == 0 else 2
    return text.number(exact, decimals, locale)


def percent(part: int, whole: int) -> str:
    """Return a share with what it was made of, "13/15 = 86,7 %"; "—" when there is no whole."""
    return text.percent(part, whole, language())


def month(value: date | None) -> str:
    """Return the name of a month, "Tháng 10/2026"; "—" for none."""
    return months.label(value, language()) if value else text.MISSING


def register(app: Flask) -> None:
    """Give an application its languages and formats; call it after its AppBuilder is made."""
    babel = app.extensions["babel"]
    babel.locale_selector = select_locale
    messages = babel.instance.domain_instance = _Messages(domain=babel.default_domain)
    # First of all: an application context may outlive a request, and with it the language of
    # the one before.
    app.before_request_funcs.setdefault(None, []).insert(0, refresh)
    filters: dict[str, Callable[..., Any]] = {
        "date_vi": date_vi,
        "datetime_vi": datetime_vi,
        "number": number,
        "percent": percent,
        "month": month,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        get_locale=get_locale,
        language=language,
        now=clock.wall,
        permission_label=naming.permission_label,
        _=partial(_spoken, messages),
        ngettext=_counted(cast("Callable[..., Any]", app.jinja_env.globals["ngettext"])),
    )
    login = getattr(app, "login_manager", None)
    if login is not None:
        login.localize_callback = gettext
    libraries.install()
    app.view_functions["LocaleView.index"] = _speak


def _spoken(messages: "_Messages", message: Any, **variables: Any) -> Markup:
    """What templates call ``_``: Jinja's own way to the same words takes three calls more."""
    known, asked = messages.get_translations(), str(message)
    words = known.ugettext(asked)
    if words == asked and asked not in getattr(known, "_catalog", ()):
        # No words of the house's: a message that is made up already may say what somebody typed.
        return Markup.escape(message) % variables if variables else Markup.escape(message)
    said = Markup(words)  # noqa: S704 - the catalogues are the house's own
    # As Jinja does it: what is put into the words is escaped, and % always begins a place.
    return said % variables if variables or "%" in said else said


class _Count(int):
    """A number of things: %s within words writes it as readers do, 1.301; %d as it is."""

    def __str__(self) -> str:
        return number(int(self))


def _counted(plain: Callable[..., Any]) -> Callable[..., Any]:
    """What templates call ``ngettext``, with its number as readers write it."""

    @pass_context
    def ngettext(context: Any, one: str, many: str, num: int, **variables: Any) -> Any:
        return plain(context, one, many, _Count(num), **variables)

    return ngettext


def _speak(locale: str) -> Response:
    """Change the language and stay on the page: FAB goes back to the last list it knows of."""
    if locale not in LANGUAGES:
        abort(404)
    session["locale"] = locale
    refresh()
    page = urlsplit(request.referrer or "")
    if page.netloc == request.host:
        try:
            # A page that only answers a form cannot be asked for again.
            current_app.url_map.bind("").match(page.path, method="GET")
        except HTTPException:
            return redirect(url_for("Home.index"))
        return redirect(f"{page.path}?{page.query}" if page.query else page.path)
    return redirect(url_for("Home.index"))


class _Messages(Domain):  # type: ignore[misc] # Flask-Babel ships no types
    """The catalogues, in which an empty text stays empty: gettext keeps their heads there."""

    def get_translations(self) -> Any:
        # A page asks hundreds of times: the library would spell the locale's name each time.
        held = g.get("_flask_babel") if has_app_context() else None
        locale, found = getattr(held, "nep_catalogue", (None, None))
        if found is not None and locale is getattr(held, "babel_locale", None):
            return found
        found = super().get_translations()
        if hasattr(found, "_catalog"):
            found._catalog[""] = ""
        if held is not None:
            held.nep_catalogue = (getattr(held, "babel_locale", None), found)
        return found

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return str(super().ngettext(singular, plural, _Count(num), **variables))


def _on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone(OFFICE) if moment.tzinfo else moment
