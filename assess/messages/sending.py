"""Working the outbox: claim, write, hand over, settle, message after message, in an order drawn anew each time.

Whatever happens between claiming and settling, the message is there: a sender that dies leaves its claim, which ends by
itself, and the message is sent again under the same Message-ID. So everybody gets each message at least once; twice
only where the server took it and the sender did not live to write that down, or never heard of it.
"""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from sqlalchemy.orm import Session

from assess.config import Settings
from assess.errors import AssessError, RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.mail_config import MailSettings
from assess.messages.letter import Envelope, Letter, UnsendableError, compose
from assess.messages.models import OutboxMessage
from assess.messages.outbox import (
    Held,
    claim,
    dropped,
    due_messages,
    given_back,
    postponed,
    refused,
    sent,
)
from assess.messages.smtp import Connection, Outcome, Reply, ServerUnavailableError

NO_ADDRESS, NOT_WRITTEN = "address", "program"
_MOST_LOST = 3  # connections lost in a row before the server is left in peace
_log = logging.getLogger(__name__)

Writer = Callable[[Session, OutboxMessage], Letter | None]
"""Writes a message in its own language; None when there is no occasion for it any more. It refuses in ours."""
Clock = Callable[[], datetime]


@dataclass
class Worked:
    """What one run did; `stopped` says why it ended early, empty when nothing was left."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    dropped: int = 0
    stopped: str = ""


def mail_settings(settings: Settings) -> MailSettings:
    """Return the mail server. RefusalError where there is none."""
    if settings.mail is None:
        raise RefusalError(_("No mail server is set up, so no mail is queued or sent; set ASSESS_SMTP_HOST."))
    return settings.mail


def work_outbox(
    database: Database, settings: Settings, write: Writer, *, clock: Clock, seconds: float | None = None
) -> Worked:
    """Send what is due, for at most so many seconds. RefusalError without a mail server."""
    run = _Run(database, settings, write, clock, mail_settings(settings))
    ends = None if seconds is None else time.monotonic() + seconds
    waiting = due_messages(database, now=clock())
    SystemRandom().shuffle(waiting)
    with Connection(run.mail, settings.base_url) as server:
        try:
            for message_id in waiting:
                if ends is not None and time.monotonic() > ends:
                    break
                run.one(server, message_id)
        except AssessError as error:
            run.done.stopped = str(error)
    return run.done


def send_at_once(settings: Settings, letter: Letter, envelope: Envelope) -> Reply:
    """Send one letter past the outbox, to try the way; nothing of it is kept."""
    with Connection(mail_settings(settings), settings.base_url) as server:
        return server.hand_over(envelope.recipient, compose(letter, envelope))


class _Run:
    """One run over the outbox."""

    def __init__(self, database: Database, settings: Settings, write: Writer, clock: Clock, mail: MailSettings) -> None:
        self._database, self._settings, self._write, self._clock = database, settings, write, clock
        self.mail = mail
        self.done = Worked()
        self._lost_in_a_row = 0

    def one(self, server: Connection, message_id: bytes) -> None:
        """Send one message; AssessError ends the run, and this message waits as if nothing had been tried."""
        server.open()
        held = claim(self._database, message_id, now=self._clock())
        if held is None:
            return
        try:
            content = self._content(held)
            reply = None if content is None else server.hand_over(held.message.recipient, content)
        except UnsendableError:
            refused(self._database, held, NO_ADDRESS)
            self.done.failed += 1
        except AssessError:
            given_back(self._database, held, now=self._clock())
            raise
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]  # without its text, which may carry the link
            _log.error(
                "a message was not written: %s at %s:%d",
                type(error).__name__,
                Path(place.filename).name,
                place.lineno or 0,
            )
            self._later(held, NOT_WRITTEN)
        else:
            self._settle(held, reply)

    def _content(self, held: Held) -> bytes | None:
        message, settings = held.message, self._settings
        with self._database.reading() as session:
            letter = self._write(session, message)
            if letter is None:
                return None
            at = self._clock().astimezone(settings.zone)
            return compose(
                letter,
                Envelope(
                    settings.organisation,
                    self.mail.sender,
                    message.recipient,
                    message.language,
                    message.message_id,
                    at,
                ),
            )

    def _settle(self, held: Held, reply: Reply | None) -> None:
        if reply is None:
            dropped(self._database, held)
            self.done.dropped += 1
        elif reply.outcome == Outcome.TAKEN:
            sent(self._database, held)
            self.done.sent += 1
        elif reply.outcome == Outcome.NEVER:
            refused(self._database, held, reply.code)
            self.done.failed += 1
        else:
            self._later(held, reply.code)
        lost = reply is not None and reply.outcome == Outcome.UNKNOWN
        self._lost_in_a_row = self._lost_in_a_row + 1 if lost else 0
        if self._lost_in_a_row >= _MOST_LOST:
            raise ServerUnavailableError(_("The mail server broke off several times in a row; messages wait."))

    def _later(self, held: Held, code: str) -> None:
        postponed(self._database, held, code, now=self._clock())
        self.done.later += 1
