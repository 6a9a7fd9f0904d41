"""The page of one's calendar address, and the door at which calendar programs knock."""

from typing import Any

import segno
from flask import Response, abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from markupsafe import Markup

from app.calendars import commands, feeds, queries
from app.calendars.rules import FEED_MOST, MONTHS_AHEAD, MONTHS_BACK
from app.core import clock
from app.core.acting import actor
from app.core.db import db, transaction
from app.core.errors import RuleBroken
from app.core.web import Page
from app.security.models import Account

MISSES = "30 per minute"
"""So many wrong addresses are answered; what is right is never counted."""


class CalendarFeedView(Page):
    """My calendar on my phone: an address that is told once, renewed and revoked."""

    screen = "CalendarFeed"
    stands_below = "Calendar"
    route_base = "/calendar/phone"
    default_view = "show"
    method_permission_name = {"show": "read", "create": "add", "revoke": "revoke"}

    @expose("/")
    @has_access
    def show(self) -> Any:
        """Whether I have an address, when it was last read, and how to use one."""
        return self._page()

    @expose("/create", methods=["POST"])
    @has_access
    def create(self) -> Any:
        """Make a new address; the one before stops."""
        try:
            with transaction():
                secret = commands.open_feed(
                    by=actor(),
                    only_attending="only_attending" in request.form,
                    alarm="alarm" in request.form,
                )
        except RuleBroken as error:
            flash(error.message, "danger")
            return redirect(url_for("CalendarFeedView.show"))
        # Shown in this answer and kept nowhere: a redirect would have to carry it.
        address = url_for("CalendarDoor.read", token=secret, _external=True)
        return self._page(address=address)

    @expose("/revoke", methods=["POST"])
    @has_access
    def revoke(self) -> Any:
        """End my address."""
        with transaction():
            feed = queries.open_feed_of(actor().assignment_id)
            if feed is None:
                flash(_("There is no address to revoke."), "info")
            else:
                commands.revoke(feed, by=actor())
                flash(
                    _("The address is revoked. Programs that use it get nothing more."), "success"
                )
        return redirect(url_for("CalendarFeedView.show"))

    def _page(self, address: str = "") -> Any:
        who = actor()
        feed = queries.open_feed_of(who.assignment_id)
        account = db.session.get_one(Account, who.account_id)
        return self.render_template(
            "calendars/feed.html",
            title=_("Calendar on the phone"),
            crumbs=[(_("Calendar"), url_for("CalendarView.show"))],
            subtitle=_(
                "Meetings of %(unit)s in the calendar that you carry with you.", unit=who.unit_name
            ),
            feed=feed,
            stopped=feed is not None and feed.password_epoch != account.password_epoch,
            address=address,
            webcal=f"webcal://{address.split('://', 1)[-1]}" if address else "",
            picture=_picture(address) if address else "",
            most=FEED_MOST,
            back=MONTHS_BACK,
            ahead=MONTHS_AHEAD,
            practising=who.practising,
        )


def _picture(address: str) -> Markup:
    """The address as a square to photograph."""
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn here from dots, no text gets into it


class CalendarDoor(BaseView):  # type: ignore[misc] # FAB ships no types
    """Answers calendar programs: they show nothing but the address they were given."""

    route_base = "/calendar/feed"

    @expose("/<string:token>.ics")
    def read(self, token: str) -> Any:
        """The calendar behind an address; 404 whatever is wrong with it, so that nobody learns."""
        reader = feeds.reader_of(token, clock.today())
        if reader is None:
            abort(404)
        found = feeds.answer(reader, request.host_url, clock.now())
        response = Response(mimetype="text/calendar", content_type="text/calendar; charset=utf-8")
        response.set_etag(found.mark)
        response.last_modified = found.changed_at
        response.cache_control.private = True
        response.cache_control.max_age = 300
        response.cache_control.must_revalidate = True
        response.headers["Content-Disposition"] = 'inline; filename="nep.ics"'
        response.headers["X-Robots-Tag"] = "noindex"
        response.make_conditional(request)
        if response.status_code == 200:
            response.set_data(feeds.written(found))
        return response


def only_misses(response: Any) -> bool:
    """Whether an answer counts against whoever asks too often."""
    return bool(response.status_code == 404)
