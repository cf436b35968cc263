"""The outbox knows who is written to and nothing else: no code in any byte, nothing that answering moves."""

import base64
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, select, update

from assess.audit.models import AuditEntry
from assess.errors import RefusalError
from assess.messages.models import Kind, MailRound, MessageState, OutboxMessage
from assess.operations.tables import KEPT, USED_ONCE
from assess.surveys.cycles import abort_cycle
from assess.surveys.envelopes.links import read_code
from assess.surveys.mailing import queue_reminder
from tests.databases.dumping import dump
from tests.databases.stores import Store
from tests.messages.cast import deliver, everybody, mailed_shop, outbox
from tests.messages.scripted_server import ScriptedServer, usual
from tests.surveys.shop import CLOSES, DURING, OPENS, QUARTER, Shop


def forms_of(code: str) -> list[bytes]:
    """A code as it might be stored: as text in either case, as its secret, as the digits of that or base 64."""
    secret = read_code(code)
    assert secret is not None
    texts = [code, code.lower(), secret.hex(), secret.hex().upper(), base64.b64encode(secret).decode()]
    return [secret, *(text.encode() for text in texts)]


def test_no_code_is_in_any_byte(
    shop: Shop, server: ScriptedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Sent, put off, refused with the link quoted, lost: after each, and after a reminder."""
    caplog.set_level(logging.DEBUG)

    def unkind(step: str, who: str) -> str | None:
        links = " ".join(shop.codes["Ads"])
        replies = {"ads0": f"451 4.7.1 wait {links}", "ads1": f"550 5.7.1 bad link {links}", "ads2": None}
        name = who.partition("@")[0]
        return replies[name] if step == "CONTENT" and name in replies else usual(step, who)

    server.script = unkind
    deliver(shop, OPENS)
    queue_reminder(shop.database, shop.settings, QUARTER, now=DURING)
    deliver(shop, DURING)
    sent = b"".join(taken.content for taken in server.taken)
    kept = shop.stored_bytes() + caplog.text.encode()
    kept += b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    kept += repr(sorted(dump(shop.database))).encode()
    codes = [code for codes in shop.codes.values() for code in codes]
    assert len(codes) == 21
    plain = b"".join(part.get_content().encode() for t in server.taken for part in t.message.iter_parts())
    assert sum(code.encode() in plain for code in codes) == 19, "the search must be able to find them"
    assert not [code for code in codes for form in forms_of(code) if form in kept]
    assert b"ads5@lantern.example" in kept, "the search must see the outbox"
    headers = b"\n".join(re.split(rb"\r\n\r\n", taken.content)[0] for taken in server.taken)
    assert sent
    assert not [code for code in codes if code.encode() in headers]


def test_answering_moves_nothing_in_the_outbox(shop: Shop, server: ScriptedServer) -> None:
    """Somebody who has answered and somebody who has not are the same to it, before and after a reminder."""
    server.script = lambda step, who: (
        "451 wait" if (step, who) == ("RCPT", "ads1@lantern.example") else usual(step, who)
    )
    deliver(shop, OPENS)

    def mail() -> list[str]:
        return [line for line in dump(shop.database) if line.startswith(("outbox", "mail_rounds", "audit", "jobs"))]

    before = sorted(mail())
    shop.everybody_answers("Ads")
    assert sorted(mail()) == before
    assert queue_reminder(shop.database, shop.settings, QUARTER, now=DURING) == (1, 21)
    reminded = [message for message in outbox(shop) if message.kind == Kind.REMINDER]
    assert [message.recipient for message in reminded] == everybody(shop)
    assert {(m.state, m.attempts, m.next_try_at, m.number) for m in reminded} == {("waiting", 0, DURING, 1)}


def test_a_message_that_was_sent_keeps_no_time_and_no_history(shop: Shop, server: ScriptedServer) -> None:
    server.script = lambda step, who: (
        "451 wait" if (step, who) == ("RCPT", "ads1@lantern.example") else usual(step, who)
    )
    deliver(shop, OPENS)
    server.script = usual
    deliver(shop, OPENS + timedelta(hours=1))
    assert {(m.state, m.attempts, m.next_try_at, m.reason) for m in outbox(shop)} == {("sent", 0, None, None)}
    columns = {column.name for column in OutboxMessage.__table__.columns}
    assert {name for name in columns if name.endswith(("_at", "_on"))} == {"next_try_at"}
    assert not {column.name for column in MailRound.__table__.columns if column.name.endswith(("_at", "_on"))}


def test_two_reminders_and_no_third(shop: Shop, server: ScriptedServer) -> None:
    with pytest.raises(RefusalError, match="has not begun"):
        queue_reminder(shop.database, shop.settings, QUARTER, now=OPENS - timedelta(hours=1))
    for number in (1, 2):
        assert queue_reminder(shop.database, shop.settings, QUARTER, now=DURING) == (number, 21)
    with shop.database.writing() as session:  # not even where the messages are gone
        session.execute(delete(OutboxMessage))
    with pytest.raises(RefusalError, match="two reminders"):
        queue_reminder(shop.database, shop.settings, QUARTER, now=DURING)
    with pytest.raises(RefusalError, match="has closed"):
        queue_reminder(shop.database, shop.settings, QUARTER, now=CLOSES)


def test_closing_forgets_whom_it_wrote_to_and_tells_key_holders(
    tmp_path: Path, each_database: Store, server: ScriptedServer
) -> None:
    holders = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Kay", "Lin")}
    shop = mailed_shop(tmp_path, server.port, holders)
    deliver(shop, OPENS)
    invited = {message.message_id.encode() for message in outbox(shop)}
    shop.everybody_answers("Ads")
    shop.close()
    assert [(m.kind, m.recipient) for m in outbox(shop)] == [
        (Kind.CLOSING, "kay@holders.example"),
        (Kind.CLOSING, "lin@holders.example"),
    ]
    assert not [message_id for message_id in invited if message_id in shop.stored_bytes()]
    server.taken.clear()
    assert deliver(shop, CLOSES + timedelta(days=400)).sent == 2
    assert sorted(server.recipients()) == ["kay@holders.example", "lin@holders.example"]
    shop.database.close()


def test_aborting_forgets_them_too(shop: Shop) -> None:
    abort_cycle(shop.database, shop.settings, QUARTER)
    assert outbox(shop) == []


def test_a_backup_leaves_the_outbox_out_and_keeps_the_count() -> None:
    assert "outbox" in USED_ONCE
    assert "mail_rounds" in KEPT


def test_the_audit_log_has_counts_and_no_names(shop: Shop) -> None:
    queue_reminder(shop.database, shop.settings, QUARTER, now=DURING)
    with shop.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.event.startswith("mail."))).all()
    assert [(entry.event, entry.subject, entry.details) for entry in entries] == [
        ("mail.invitations", QUARTER, '{"recipients": 21}'),
        ("mail.reminder", QUARTER, '{"number": 1, "recipients": 21}'),
    ]


def test_a_claim_that_was_given_up_changes_nothing(shop: Shop) -> None:
    from assess.messages import outbox as box

    first = outbox(shop)[0].id
    held = box.claim(shop.database, first, now=OPENS)
    assert held is not None
    assert box.claim(shop.database, first, now=OPENS) is None
    again = box.claim(shop.database, first, now=OPENS + box.LEASE)
    assert again is not None
    assert not box.sent(shop.database, held)
    assert box.sent(shop.database, again)
    assert outbox(shop)[0].state == MessageState.SENT


def test_an_address_that_no_message_may_carry_fails_alone(shop: Shop, server: ScriptedServer) -> None:
    with shop.database.writing() as session:
        chosen = update(OutboxMessage).where(OutboxMessage.recipient == "ads0@lantern.example")
        session.execute(chosen.values(recipient="a@b.example\r\nBcc: c@d.example"))
    done = deliver(shop, OPENS)
    assert (done.sent, done.failed) == (20, 1)


def test_a_host_without_the_key_of_the_links_blames_no_message(shop: Shop, server: ScriptedServer) -> None:
    next(shop.settings.key_dir.rglob("link.key")).rename(shop.settings.data_dir / "elsewhere")
    done = deliver(shop, OPENS)
    assert "link.key is missing" in done.stopped
    assert (done.sent, server.taken) == (0, [])
    assert {(m.state, m.attempts) for m in outbox(shop)} == {("waiting", 0)}
    assert deliver(shop, OPENS).sent == 0
