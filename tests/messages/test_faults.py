"""Everybody gets each message at least once and normally exactly once, whatever the mail server does."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from assess.messages.models import MessageState
from assess.messages.outbox import BACK_OFF, LEASE, MOST_ATTEMPTS
from tests.messages.cast import deliver, everybody, outbox, states
from tests.messages.scripted_server import ScriptedServer, usual
from tests.surveys.shop import CLOSES, DURING, OPENS, Shop

ONE = "ads3@lantern.example"
LATER = DURING + LEASE + timedelta(minutes=1)


def at(step: str, reply: str | None, recipient: str = ONE) -> Callable[[str, str], str | None]:
    """Reply so at one step for one person; for the rest as usual."""
    return lambda now, who: reply if (now, who) == (step, recipient) else usual(now, who)


def message_ids(server: ScriptedServer, recipient: str) -> set[str]:
    return {str(each.message["Message-ID"]) for each in server.taken if each.recipient == recipient}


def test_everybody_gets_one_and_a_second_run_sends_nothing(shop: Shop, server: ScriptedServer) -> None:
    assert deliver(shop).sent == 21
    assert sorted(server.recipients()) == everybody(shop)
    assert states(shop) == {(MessageState.SENT, None)}
    assert deliver(shop).sent == 0
    assert len(server.taken) == 21


def test_nothing_leaves_before_the_survey_opens(shop: Shop, server: ScriptedServer) -> None:
    assert deliver(shop, OPENS - timedelta(seconds=1)).sent == 0
    assert server.connections == 0
    assert deliver(shop, OPENS).sent == 21


def test_a_server_that_is_down_costs_no_message_an_attempt(shop: Shop, server: ScriptedServer) -> None:
    server.script = lambda step, who: None if step == "CONNECT" else usual(step, who)
    done = deliver(shop)
    assert (done.sent, done.later) == (0, 0)
    assert "takes nothing now" in done.stopped
    assert {message.attempts for message in outbox(shop)} == {0}
    server.script = usual
    assert deliver(shop).sent == 21


def test_a_server_that_refuses_the_sender_makes_nobody_fail(shop: Shop, server: ScriptedServer) -> None:
    server.script = lambda step, who: "550 5.7.1 not you" if step == "MAIL" else usual(step, who)
    done = deliver(shop)
    assert (done.sent, done.failed) == (0, 0)
    assert "550 5.7.1" in done.stopped
    assert states(shop) == {(MessageState.WAITING, None)}
    assert {message.attempts for message in outbox(shop)} == {0}


def test_greylisting_waits_longer_each_time_and_then_goes_through(shop: Shop, server: ScriptedServer) -> None:
    server.script = lambda step, who: "451 4.7.1 come back" if step == "RCPT" else usual(step, who)
    now = DURING
    for pause in BACK_OFF[:3]:
        assert deliver(shop, now).later == 21
        assert {message.next_try_at for message in outbox(shop)} == {now + pause}
        assert deliver(shop, now + pause - timedelta(seconds=1)).later == 0
        now += pause
    server.script = usual
    assert deliver(shop, now).sent == 21
    assert sorted(server.recipients()) == everybody(shop)


def test_what_is_put_off_for_ever_fails_in_the_end(shop: Shop, server: ScriptedServer) -> None:
    server.script = at("RCPT", "450 4.2.2 mailbox full")
    now = DURING
    for _attempt in range(MOST_ATTEMPTS):
        deliver(shop, now)
        now += max(BACK_OFF)
    assert now < CLOSES
    assert (MessageState.FAILED, "450 4.2.2") in states(shop)
    assert len(server.taken) == 20


@pytest.mark.parametrize("step", ["RCPT", "DATA", "CONTENT"])
def test_a_refusal_for_good_fails_one_and_nobody_else(shop: Shop, server: ScriptedServer, step: str) -> None:
    server.script = at(step, "550 5.1.1 https://lantern.example/s/SECRET is not liked")
    done = deliver(shop)
    assert (done.sent, done.failed) == (20, 1)
    (failed,) = [message for message in outbox(shop) if message.state == MessageState.FAILED]
    assert (failed.recipient, failed.reason) == (ONE, "550 5.1.1")
    assert deliver(shop, LATER).failed == 0


@pytest.mark.parametrize(("step", "copies"), [("RCPT", 1), ("DATA", 1), ("CONTENT", 2)])
def test_a_connection_lost_on_the_way_loses_nobody(shop: Shop, server: ScriptedServer, step: str, copies: int) -> None:
    """After the end of DATA nobody can know whether it was taken: a second copy has the same name."""
    server.script = at(step, None)
    done = deliver(shop)
    assert (done.sent, done.later) == (20, 1)
    server.script = usual
    assert deliver(shop, LATER).sent == 1
    counted = Counter(server.recipients())
    assert sorted(counted) == everybody(shop)
    assert counted.pop(ONE) == copies
    assert set(counted.values()) == {1}
    assert len(message_ids(server, ONE)) == 1


def test_a_server_that_breaks_off_every_time_is_left_in_peace(shop: Shop, server: ScriptedServer) -> None:
    server.script = lambda step, who: None if step == "DATA" else usual(step, who)
    done = deliver(shop)
    assert (done.sent, done.later) == (0, 3)
    assert "several times" in done.stopped


def test_a_server_that_goes_away_is_called_again(shop: Shop, server: ScriptedServer) -> None:
    asked: list[str] = []

    def goes_away_at_the_third(step: str, who: str) -> str | None:
        if step == "RCPT":
            asked.append(who)
        return "421 4.3.2 going down" if step == "RCPT" and len(asked) == 3 else usual(step, who)

    server.script = goes_away_at_the_third  # the order is drawn, and behind the last one nobody needs a second call
    assert deliver(shop).sent == 20
    assert server.connections == 2
    server.script = usual
    assert deliver(shop, LATER).sent == 1


def test_a_slow_answer_is_not_waited_for_for_ever(shop: Shop, server: ScriptedServer) -> None:
    released = threading.Event()

    def silent(step: str, who: str) -> str | None:
        if (step, who) == ("CONTENT", ONE):
            released.wait(30)
        return usual(step, who)

    assert shop.settings.mail is not None
    object.__setattr__(shop.settings.mail, "patience_seconds", 2)
    server.script = silent
    done = deliver(shop)
    assert (done.sent, done.later) == (20, 1)
    released.set()
    (waiting,) = [message for message in outbox(shop) if message.state == MessageState.WAITING]
    assert waiting.reason == "connection lost"


def test_a_sender_killed_after_250_leaves_nobody_out(shop: Shop, server: ScriptedServer) -> None:
    """Killed when five are taken and the fifth is not acknowledged: that one comes twice, under one name."""
    child: list[subprocess.Popen[bytes]] = []
    order: list[str] = []

    def kill_at_the_fifth(step: str, who: str) -> str | None:
        if step == "CONTENT":
            order.append(who)
            if len(order) == 5:
                child[0].send_signal(signal.SIGKILL)
                child[0].wait()
        return usual(step, who)

    server.script = kill_at_the_fifth
    command = [sys.executable, "-m", "tests.messages.sender_process", shop.url, str(shop.settings.key_dir)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    child.append(subprocess.Popen([*command, str(server.port)], env=environment))
    assert child[0].wait(timeout=60) == -signal.SIGKILL
    (in_hand,) = [message for message in outbox(shop) if message.state == MessageState.SENDING]
    assert in_hand.recipient == order[4]

    server.script = usual
    assert deliver(shop).sent == 16  # while the claim lasts, its message is left alone
    assert deliver(shop, LATER).sent == 1
    counted = Counter(server.recipients())
    assert sorted(counted) == everybody(shop)
    assert counted == Counter(everybody(shop)) + Counter([order[4]])
    assert len(message_ids(server, order[4])) == 1
    assert states(shop) == {(MessageState.SENT, None)}


def test_two_senders_at_once_send_nothing_twice(shop: Shop, server: ScriptedServer) -> None:
    second: list[int] = []

    def interrupted(step: str, who: str) -> str | None:
        if step == "CONTENT" and not second:
            second.append(0)
            second[0] = deliver(shop).sent
        return usual(step, who)

    server.script = interrupted
    assert deliver(shop).sent + second[0] == 21
    assert Counter(server.recipients()) == Counter(everybody(shop))


def test_what_is_queued_is_not_sent_after_closing(shop: Shop, server: ScriptedServer) -> None:
    done = deliver(shop, CLOSES)
    assert (done.sent, done.dropped) == (0, 21)
    assert outbox(shop) == []
