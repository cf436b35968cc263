"""What becomes of twenty-one messages when the server misbehaves towards one of them or towards all, as a table.

`python -m tests.messages.fault_table` plays each fault against a survey of its own, then lets the server recover.
"""

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from assess.messages.outbox import LEASE
from tests.databases.stores import SQLITE, open_store, using
from tests.messages.cast import deliver, mailed_shop, outbox
from tests.messages.scripted_server import Script, ScriptedServer, usual
from tests.surveys.shop import DURING

ONE = "ads3@lantern.example"


def at(step: str, reply: str | None, recipient: str | None = ONE) -> Script:
    """Reply so at one step, for one person or for everybody; else as usual."""
    return lambda now, who: reply if now == step and recipient in {None, who} else usual(now, who)


FAULTS: tuple[tuple[str, Script], ...] = (
    ("none", usual),
    ("down", at("CONNECT", None, None)),
    ("refuses the sender", at("MAIL", "550 5.7.1 no", None)),
    ("greylisting, everybody", at("RCPT", "451 4.7.1 later", None)),
    ("put off, one", at("RCPT", "450 4.2.1 later")),
    ("refused, one address", at("RCPT", "550 5.1.1 nobody")),
    ("refused, one content", at("CONTENT", "554 5.7.1 spam")),
    ("going down, 421", at("RCPT", "421 4.3.2 bye")),
    ("breaks off at DATA", at("DATA", None)),
    ("breaks off after DATA", at("CONTENT", None)),
    ("breaks off every time", at("CONTENT", None, None)),
)


def played(script: Script) -> tuple[str, ...]:
    """Play one fault; say what the first run did and how many copies of each message there are in the end."""
    with tempfile.TemporaryDirectory() as folder, ScriptedServer(script) as server:
        shop = mailed_shop(Path(folder), server.port)
        first = deliver(shop)
        server.script = usual
        deliver(shop, DURING + LEASE + timedelta(minutes=5))
        counted = Counter(Counter(server.recipients()).values())
        counted[0] = len(outbox(shop)) - sum(counted.values())
        shop.database.close()
    copies = ", ".join(f"{people} x {number}" for number, people in sorted(counted.items()) if people)
    return str(first.sent), str(first.later), str(first.failed), "yes" if first.stopped else "no", copies


def main() -> None:
    """Print the table."""
    head = ("fault", "sent", "later", "failed", "run ended early", "people x copies in the end")
    print("| " + " | ".join(head) + " |")  # noqa: T201 - the table is what it is for
    print("|" + "---|" * len(head))  # noqa: T201 - same
    store = open_store(SQLITE)
    with using(store):
        for name, script in FAULTS:
            print("| " + " | ".join((name, *played(script))) + " |")  # noqa: T201 - same
    store.forget()


if __name__ == "__main__":
    main()
