"""At publication leaders hear that their report is ready, and everybody asked gets the page of their own team."""

import re
from functools import partial

from assess.actions.mailing import queue_action_reminders, write_action_mail
from assess.messages.models import Kind
from assess.messages.sending import work_outbox
from assess.reports.mailing import queue_results_for_members, write_results_mail
from assess.reports.unit_links import links_of_units
from assess.surveys.inviting import open_cycle
from assess.surveys.publishing import publish_cycle
from tests.messages.cast import deliver, everybody, outbox
from tests.messages.scripted_server import ScriptedServer
from tests.surveys.shop import CLOSES, QUARTER, Shop


def published(shop: Shop) -> None:
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group)
    shop.close()
    shop.open()
    publish_cycle(shop.database, QUARTER, now=CLOSES, settings=shop.settings)


def bodies(server: ScriptedServer) -> dict[str, str]:
    return {each.recipient: next(each.message.iter_parts()).get_content() for each in server.taken}


def test_leaders_are_told_once_what_they_lead(shop: Shop, server: ScriptedServer) -> None:
    published(shop)
    assert [(m.kind, m.recipient) for m in outbox(shop)] == [
        (Kind.PUBLICATION, "ada@lantern.example"),
        (Kind.PUBLICATION, "lena@lantern.example"),
    ]
    publish_cycle(shop.database, QUARTER, now=CLOSES, settings=shop.settings)
    assert len(outbox(shop)) == 2
    far = CLOSES.replace(year=CLOSES.year + 2)
    assert deliver(shop, far).sent == 2
    told = bodies(server)
    assert "The report for Ads is ready" in told["ada@lantern.example"]
    assert "The report for Lantern is ready" in told["lena@lantern.example"]
    assert f"{shop.settings.base_url}/app" in told["ada@lantern.example"]


def test_everybody_asked_gets_the_page_of_their_own_team(shop: Shop, server: ScriptedServer) -> None:
    (shop.settings.data_dir / "secret.key").write_text("k3y-of-the-installation-Qx9-Rz7-Lw2-Vb5-Nc8")
    (shop.settings.data_dir / "secret.key").chmod(0o600)
    assert queue_results_for_members(shop.database, shop.settings, QUARTER) == 0
    published(shop)
    assert queue_results_for_members(shop.database, shop.settings, QUARTER) == 21
    assert queue_results_for_members(shop.database, shop.settings, QUARTER) == 0
    assert [m.recipient for m in outbox(shop) if m.kind == Kind.MEMBERS] == everybody(shop)
    with shop.database.reading() as session:
        links = {each.unit: each.link for each in links_of_units(session, shop.settings, QUARTER)}
    far = CLOSES.replace(year=CLOSES.year + 2)

    def write(session: object, message: object) -> object:
        if message.kind != Kind.MEMBERS:  # type: ignore[attr-defined] # told elsewhere
            return None
        return write_results_mail(session, shop.settings, message)  # type: ignore[arg-type] # same

    assert work_outbox(shop.database, shop.settings, write, clock=lambda: far).sent == 21  # type: ignore[arg-type] # same
    for recipient, text in bodies(server).items():
        team = recipient.partition("@")[0].rstrip("0123456789").capitalize()
        assert re.findall(r"http://\S+/m/\S+", text) == [links[team]]
    kept = shop.stored_bytes()
    assert not [link for link in links.values() if link.rsplit("/", 1)[1].encode() in kept]


def test_the_next_opening_forgets_all_of_it(shop: Shop) -> None:
    published(shop)
    queue_results_for_members(shop.database, shop.settings, QUARTER)
    from assess.surveys.cycles import create_cycle

    opens, closes = CLOSES.replace(year=2027), CLOSES.replace(year=2027, day=20)
    create_cycle(shop.database, quarter="2027Q1", instrument="team24", opens_at=opens, closes_at=closes)
    open_cycle(shop.database, shop.settings, "2027Q1", now=CLOSES)
    assert outbox(shop) == []


def test_leaders_are_reminded_of_choosing_once(shop: Shop, server: ScriptedServer) -> None:
    """Two weeks after publication nothing is chosen: one message to each leader, on that day or within a week."""
    published(shop)
    deliver(shop, CLOSES.replace(year=CLOSES.year + 2))
    server.taken.clear()
    before, on, after = (CLOSES.replace(day=17), CLOSES.replace(day=18), CLOSES.replace(day=19))
    count = partial(queue_action_reminders, shop.database, shop.settings)
    assert count(now=before) == 0
    assert count(now=on) == 2
    assert count(now=on) == 0
    assert count(now=after) == 0
    done = work_outbox(
        shop.database,
        shop.settings,
        lambda session, message: write_action_mail(shop.database, session, shop.settings, message, now=on),
        clock=lambda: on,
    )
    assert done.sent == 2
    told = bodies(server)
    assert sorted(told) == ["ada@lantern.example", "lena@lantern.example"]
    assert "The results of Ads have been out for two weeks." in told["ada@lantern.example"]
    assert "Lantern" in told["lena@lantern.example"]
    assert "Ads" not in told["lena@lantern.example"]


def test_without_a_mail_server_nothing_is_queued(shop: Shop) -> None:
    object.__setattr__(shop.settings, "mail", None)
    published(shop)
    assert queue_results_for_members(shop.database, shop.settings, QUARTER) == 0
    assert outbox(shop) == []
