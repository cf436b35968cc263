"""The home page and the places above every page: what stands where."""

import pytest
from flask import Flask

from assess.accounts.pages.home import HomeEntry, add_home_entries, home_entries
from tests.accounts.accounts_cast import Office
from tests.app.browsing import signed_in


def test_home_begins_with_what_waits_then_what_goes_on_and_ends_with_what_is_set_up_once(
    app: Flask, office: Office
) -> None:
    made = [
        HomeEntry("set up once", "", rank=2),
        HomeEntry("looked after", ""),
        HomeEntry("goes on", "", rank=0),
        HomeEntry("waits", "", is_waiting=True),
    ]
    office.settle("ada")
    app.extensions["assess.home"] = []
    add_home_entries(app, lambda _session, _account: made)
    with app.app_context():
        shown = [entry.heading for entry in home_entries(office.account("ada"))]
    assert shown == ["waits", "goes on", "looked after", "set up once"]


@pytest.mark.parametrize(("who", "menu"), [("ada", True), ("hanna", True), ("lea", False)])
def test_those_with_many_places_find_the_last_ones_in_a_menu(app: Flask, office: Office, who: str, menu: bool) -> None:
    page = signed_in(app, office, who).see("/app/security")
    inside = page.tree.xpath("//nav[@class='places']//details//a/@href | //nav[@class='places']//details//form/@action")
    assert ("/app/security" in inside, "/app/sign-out" in inside) == (menu, menu)
    assert bool(page.tree.xpath("//nav[@class='places']//summary[@aria-current]")) == menu
