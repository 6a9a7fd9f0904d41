"""Handing an e-mail to the mail server, knowing at each point whether it may be sent again."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.core.jobs import Hopeless

SECONDS = 20
TAKEN = 250
GO_ON = 354


class NotSent(Exception):
    """The server has not taken the message: it may be sent again."""


class Refused(Hopeless):
    """The server will never take this message, such as for an address that does not exist."""


class Unsure(Exception):
    """The connection broke after the message was handed over: nobody knows whether it was taken."""


def hand_over(message: EmailMessage, address: str, *, begin: Callable[[], None]) -> None:
    """Send a message by the server at ``address`` (smtp:// or smtps://, with name and password).

    ``begin`` is called when all is agreed upon and the message has gone over the line but for its
    last dot, without which no server takes it: what is raised before or in it leaves the message
    unsent. Raises ``NotSent``, ``Refused`` or ``Unsure``.
    """
    try:
        server = _all_but_the_end(message, address)
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*next(iter(error.recipients.values()))) from error
    except OSError as error:  # smtplib's own errors are of this kind
        raise NotSent(str(error)) from error
    try:
        begin()
        server.send(b".\r\n")
        code, answer = server.getreply()
    except OSError as error:
        raise Unsure(str(error)) from error
    finally:
        with suppress(OSError):
            server.close()
    if code != TAKEN:
        raise _refusal(code, answer)


def _all_but_the_end(message: EmailMessage, address: str) -> smtplib.SMTP:
    """A connection on which only the last line of the message is still to come."""
    server = _agreed(message, address)
    try:
        code, answer = server.docmd("DATA")
        if code != GO_ON:
            raise smtplib.SMTPResponseException(code, answer)
        # Ends with a line end, by the policy of the message; lines of a dot alone are doubled.
        server.send(re.sub(rb"(?m)^\.", b"..", message.as_bytes()))
    except BaseException:
        server.close()
        raise
    return server


def _agreed(message: EmailMessage, address: str) -> smtplib.SMTP:
    """A connection on which the server has agreed to sender and recipient."""
    way = urlsplit(address)
    secure = ssl.create_default_context()
    host = str(way.hostname)
    server = (
        smtplib.SMTP_SSL(host, way.port or 465, timeout=SECONDS, context=secure)
        if way.scheme == "smtps"
        else smtplib.SMTP(host, way.port or 587, timeout=SECONDS)
    )
    try:
        server.ehlo_or_helo_if_needed()
        private = way.scheme == "smtps"
        if not private and server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
            private = True
        if way.username:
            if not private:
                raise smtplib.SMTPException("no encryption is offered: the password stays here")
            server.login(unquote(way.username), unquote(way.password or ""))
        for code, answer in (
            server.mail(message["From"].addresses[0].addr_spec),
            server.rcpt(message["To"].addresses[0].addr_spec),
        ):
            if code != TAKEN:
                raise smtplib.SMTPResponseException(code, answer)
    except BaseException:
        server.close()
        raise
    return server


def _refusal(code: int, answer: bytes | str) -> NotSent | Refused:
    """5 is for ever, 4 for now (RFC 5321)."""
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    kind = Refused if 500 <= code < 600 else NotSent
    return kind(f"{code} {said}"[:300])
