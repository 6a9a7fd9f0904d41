"""E-mails in words: all that is new for one person, and how to get no more."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from app.core import clock, i18n
from app.notices import wording
from app.notices.digests import Letter
from app.notices.models import Notice

SALT = "no more e-mails"
# Folded, a long address would be written as an encoded word, which no program reads as one.
UNFOLDED = SMTP.clone(max_line_length=998)


def written(letter: Letter) -> EmailMessage:
    """The e-mail; written twice it is the same, its Message-ID too."""
    made = EmailMessage(policy=UNFOLDED)
    sender = current_app.config["MAIL_FROM"]
    digest, host = letter.digest, parseaddr(sender)[1].rpartition("@")[2]
    no_more = address("MailDoor.leave", token=pass_of(letter.account.id))
    made["From"], made["To"] = sender, letter.account.email
    made["Subject"] = _subject(letter)
    made["Date"] = format_datetime(digest.made_at.astimezone(clock.OFFICE))
    made["Message-ID"] = f"<nep.{digest.id}.{digest.made_at:%Y%m%d%H%M%S}@{host}>"
    made["List-Unsubscribe"] = f"<{no_more}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content("\n".join(_lines(letter, no_more)), cte="base64")
    return made


def _subject(letter: Letter) -> str:
    count, day = len(letter.notices), i18n.date_vi(letter.digest.day)
    name = current_app.config["APP_NAME"]
    told = ngettext("%(num)s notice of %(day)s", "%(num)s notices of %(day)s", count, day=day)
    return f"{name}: {told}"


def _lines(letter: Letter, no_more: str) -> list[str]:
    # What a superior wrote when sending something back stays in the application.
    found = [_("Dear comrade %(name)s,", name=letter.account.get_full_name()), ""]
    by_unit = sorted(letter.notices, key=lambda one: (one.unit_path, one.id))
    for _path, several in groupby(by_unit, key=lambda one: one.unit_path):
        mine = list(several)
        found.append(mine[0].unit.name)
        found += [_line(one) for one in mine]
        found.append("")
    found.append(_("All notices: %(url)s", url=address("NoticePage.index")))
    found.append(_("When and whether e-mails come: %(url)s", url=address("NoticePage.wishes")))
    found.append(_("No more e-mails: %(url)s", url=no_more))
    return [str(line) for line in found]


def _line(one: Notice) -> str:
    where = address("NoticePage.follow", pk=one.id)
    return f"- {wording.title(one)}: {wording.line(one)} {where}"


def address(endpoint: str, **values: Any) -> str:
    """The address of a page as people outside open it; no request tells it here."""
    base = current_app.config["PUBLIC_URL"]
    adapter = current_app.url_map.bind("nobody.invalid")
    return f"{base}{adapter.build(endpoint, values)}"


def pass_of(account_id: int) -> str:
    """What the address of who wants no more e-mails carries; it opens nothing else."""
    return str(_signer().dumps(account_id))


def account_of(token: str) -> int | None:
    """Whose pass it is, or ``None`` for one that we never made."""
    try:
        found = _signer().loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
