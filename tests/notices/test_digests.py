"""E-mails: one a day to each, in the morning, to whoever wants it, and never the same twice."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, text, update

from app.core import clock, mail, scope
from app.core.db import db
from app.notices import commands, digests, jobs, letters, planning
from app.notices.models import Digest, Notice
from app.security.models import Account, Assignment
from tests.factories import account, new_meeting, unit
from tests.meetings import at_the_desk
from tests.notices import MORNING, opened, plan
from tests.periods import OCTOBER
from tools import mail_sink

DUE = date(2026, 9, 25)


@pytest.fixture
def sink(app, monkeypatch) -> Iterator[mail_sink.Sink]:
    """A mail server that keeps what it took; the secretary of north was told of two things."""
    at_the_desk(monkeypatch)
    with mail_sink.running() as running:
        monkeypatch.setitem(app.config, "MAIL_URL", running.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", "Nếp <nep@office.example>")
        monkeypatch.setitem(app.config, "PUBLIC_URL", "https://nep.example")
        with app.app_context(), scope.system():
            opened()
            plan(DUE - timedelta(days=3))
            plan(DUE)
            db.session.commit()
            yield running


def key(username: str = "secretary_north") -> int:
    return account(username).id


def states() -> list[str]:
    db.session.rollback()
    return [one.state.name for one in db.session.scalars(select(Digest).order_by(Digest.id))]


def waiting() -> dict[str, datetime | None]:
    rows = db.session.execute(
        text(
            "SELECT queueing_lock, scheduled_at FROM jobs.procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = 'notices.digest'"
        )
    ).all()
    return dict(rows)


def words(message: EmailMessage) -> str:
    return str(message.get_content())


def test_all_that_is_new_comes_in_one_email(sink) -> None:
    jobs.digest(key())
    (message,) = sink.taken
    assert message["To"] == "secretary_north@nep.example"
    assert message["Subject"] == "Nếp: 2 việc cần biết ngày 05/10/2026"
    said = words(message)
    assert said.count("https://nep.example/notices/go/") == 2
    assert "Chi bộ Bắc Một" in said
    assert "Hạn cuối là 25/09/2026" in said
    assert states() == ["SENT"]


def test_the_same_day_brings_no_second_email_but_the_next_does(sink, monkeypatch) -> None:
    jobs.digest(key())
    plan(DUE + timedelta(days=1))
    db.session.commit()
    jobs.digest(key())
    assert len(sink.taken) == 1
    morning = datetime(2026, 10, 6, 0, 0, tzinfo=MORNING.tzinfo)
    assert waiting()[f"notices.digest:{key()}"] == morning
    monkeypatch.setattr(clock, "now", lambda: morning)
    jobs.digest(key())
    assert len(sink.taken) == 2
    assert words(sink.taken[1]).count("/notices/go/") == 1
    assert len({message["Message-ID"] for message in sink.taken}) == 2


def test_nothing_leaves_in_the_quiet_time(sink, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MORNING.replace(hour=16))
    jobs.digest(key())
    assert sink.taken == []
    assert waiting()[f"notices.digest:{key()}"] == MORNING.replace(hour=0) + timedelta(days=1)


def test_who_wants_no_email_gets_none_and_keeps_the_notices(sink) -> None:
    commands.wish(key(), by_mail=False, quiet_from=time(21), quiet_to=time(7))
    db.session.commit()
    planning.queue_digests(MORNING)
    assert f"notices.digest:{key()}" not in waiting()
    jobs.digest(key())
    assert sink.taken == []
    assert db.session.scalars(select(Notice).where(Notice.account_id == key())).all()


def test_everybody_with_something_new_is_queued_once(sink) -> None:
    planning.queue_digests(MORNING)
    planning.queue_digests(MORNING)
    names = ("minutes_north", "secretary_north", "secretary_south")
    assert waiting() == {f"notices.digest:{key(name)}": MORNING for name in names}


def test_what_was_done_meanwhile_is_not_carried(sink) -> None:
    new_meeting(unit("N1"), OCTOBER)
    db.session.commit()
    jobs.digest(key())
    assert sink.taken == []
    assert states() == []


def test_who_has_left_the_unit_reads_nothing_of_it(sink) -> None:
    db.session.execute(
        update(Assignment).where(Assignment.account_id == key()).values(valid_to=date(2026, 10, 1))
    )
    db.session.commit()
    jobs.digest(key())
    assert sink.taken == []


@pytest.mark.parametrize("column", ["is_demo", "active"])
def test_no_email_goes_to_closed_or_invented_accounts(sink, column) -> None:
    value = column == "is_demo"
    db.session.execute(update(Account).where(Account.id == key()).values({column: value}))
    db.session.commit()
    jobs.digest(key())
    assert sink.taken == []


def test_a_refusal_for_now_is_tried_again_as_the_same_email(sink) -> None:
    answers = ["451 later", ""]
    sink.refuse = lambda command, _to: answers.pop(0) if command == "RCPT" and answers else ""
    with pytest.raises(mail.NotSent, match="451"):
        jobs.digest(key())
    assert states() == ["WAITING"]
    jobs.digest(key())
    assert states() == ["SENT"]
    assert len(sink.taken) == 1


def test_a_refusal_at_the_message_itself_is_tried_again_too(sink) -> None:
    answers = ["451 full", ""]
    sink.refuse = lambda command, _to: answers.pop(0) if command == "DATA" and answers else ""
    with pytest.raises(mail.NotSent, match="451"):
        jobs.digest(key())
    jobs.digest(key())
    assert states() == ["SENT"]
    assert words(sink.taken[0]).count("/notices/go/") == 2


def test_a_mailbox_that_does_not_exist_is_given_up(sink) -> None:
    sink.refuse = lambda command, _to: "550 no such mailbox" if command == "RCPT" else ""
    with pytest.raises(mail.Refused, match="550"):
        jobs.digest(key())
    assert states() == ["FAILED"]
    jobs.digest(key())
    assert sink.taken == []


def test_a_server_that_is_away_is_tried_again(sink, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://127.0.0.1:1")
    with pytest.raises(mail.NotSent):
        jobs.digest(key())
    assert states() == ["WAITING"]


def test_a_line_that_breaks_after_the_message_leaves_it_perhaps_sent_and_never_sends_it_again(
    sink,
) -> None:
    sink.hang_up = True
    jobs.digest(key())
    assert states() == ["UNSURE"]
    jobs.digest(key())
    assert len(sink.taken) == 1


def test_a_runner_killed_while_sending_does_not_send_again(sink) -> None:
    letter = digests.claim(key(), at=MORNING)
    digests.begin(letter.digest.id)
    db.session.commit()
    jobs.digest(key())
    assert sink.taken == []
    assert states() == ["UNSURE"]


def test_a_runner_killed_before_sending_sends_after_all(sink) -> None:
    digests.claim(key(), at=MORNING)
    db.session.commit()
    jobs.digest(key())
    assert len(sink.taken) == 1
    assert states() == ["SENT"]


def test_of_two_runners_one_begins(sink) -> None:
    letter = digests.claim(key(), at=MORNING)
    assert digests.begin(letter.digest.id)
    assert not digests.begin(letter.digest.id)


def test_without_a_mail_server_nothing_is_queued_or_sent(sink, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", "")
    jobs.plan()
    jobs.digest(key())
    assert waiting() == {}
    assert sink.taken == []


def test_what_a_superior_wrote_stays_in_the_application(sink) -> None:
    db.session.execute(update(Notice).values(said="Chuyện riêng", kind="RETURNED"))
    db.session.commit()
    jobs.digest(key())
    assert "Chuyện riêng" not in words(sink.taken[0])


def test_one_click_ends_the_emails_without_a_login(sink, app) -> None:
    jobs.digest(key())
    (message,) = sink.taken
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = message["List-Unsubscribe"].strip("<> ").removeprefix("https://nep.example")
    assert way in words(message)
    browser = app.test_client()
    # Programs open links by themselves: that alone changes nothing.
    assert browser.get(way).status_code == 200
    assert "Đừng gửi thư nữa" in browser.get(way).text
    plan(DUE + timedelta(days=1))
    db.session.commit()
    answer = browser.post(way, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "không nhận thư nữa" in answer.text
    db.session.rollback()
    planning.queue_digests(MORNING)
    assert f"notices.digest:{key()}" not in waiting()


@pytest.mark.parametrize("token", ["x", "1", "MQ.forged"])
def test_a_forged_address_ends_nobodys_emails(app, token) -> None:
    assert app.test_client().post(f"/no-more-mail/{token}").status_code == 404


def test_the_address_of_one_cannot_be_bent_to_another(app) -> None:
    with app.app_context():
        own = letters.pass_of(7)
        other = letters.pass_of(8)
        assert letters.account_of(own) == 7
        assert letters.account_of(own.split(".")[0] + "." + other.split(".")[1]) is None


def test_a_password_is_told_to_no_server_without_encryption(sink, app, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", sink.url.replace("//", "//name:secret@"))
    with pytest.raises(mail.NotSent, match="encryption"):
        jobs.digest(key())
