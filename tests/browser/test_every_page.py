"""Every page that anybody finds by links, in three widths and both languages: nothing wrong, nothing too wide."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assess.localisation import set_language
from tests.app.browsing import Browsing
from tests.app.walking import Answer, rule_of, walk
from tests.browser.every_page import PEOPLE, Company, Looker, demo_company, somebody
from tests.browser.watching import Wire, listening
from tests.databases.stores import Store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite", "the bytes of a page do not depend on the database"),
]
ALIKE = {
    "/app/guide/<any(leader, hr, holder, admin):role>",
    "/app/password",
    "/app/security/app",
    "/contract/<printed_hash>",
}
"""Pages that say the same to everybody; they are looked at once in each language."""
NOT_BY_LINKS = {
    "/app/cycles/<quarter>/edit": "a planned survey: test_cycle_pages",
    "/app/cycles/<quarter>/preview": "a planned survey: test_cycle_pages",
    "/app/import/<any(roster, teams):kind>/preview": "a file that waits: test_team_pages",
    "/app/key/": "files for a script: test_opening_code",
    "/app/opening/<quarter>": "a survey that waits for its key holder: test_holder_pages",
    "/app/results/<quarter>/batch": "what the script of the page of reports asks",
    "/app/results/<quarter>/reports.zip": "a file that was asked for: test_hr_results",
    "/app/security/app/off": "an app that was set up: test_account_pages",
    "/app/security/codes": "an app that was set up: test_account_pages",
    "/app/security/p": "a passkey or a provider: test_passkeys, test_provider",
    "/app/sign-in/": "the second step and the provider: test_account_pages, test_provider",
    "/app/welcome/<token>": "an invitation: test_account_pages",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/look/": "a picture",
    "/m/<code>.pdf": "a file that a worker has drawn: test_results_pages",
    "/m/<code>/": "the link with a slash",
    "/s/<code>/": "the link with a slash, and sealing on the server: test_anonymous_members",
    "/sealing/": "a script",
    "/static/": "what pages are made of",
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store) -> Iterator[Company]:
    with demo_company(tmp_path_factory.mktemp("demo"), each_database_of_module) as made:
        yield made
    set_language("en")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_is_wrong_in_any_width(
    company: Company, chromium: Browser, tmp_path: Path, who: str, language: str
) -> None:
    company.speak(language)
    with listening(company.app, Wire()) as base, somebody(chromium, language) as context:
        looker = Looker.at(context, base, f"{who} {language}", tmp_path)
        if who != "member":
            email, password = company.account(who)
            looker.page.goto(f"{base}/app/sign-in")
            looker.page.fill("#email", email)
            looker.page.fill("#password", password)
            looker.page.press("#password", "Enter")
            expect(looker.page.locator("nav.places")).to_be_visible()
        for rule, answer in walk(company.app, looker.get, company.first_addresses(who)):
            assert answer.status < 400, (rule, answer.status)
            if answer.is_page and (rule.split("|")[0] not in ALIKE or (language, rule) not in company.looked_at):
                looker.look(rule, answer.address)
                company.looked_at.add((language, rule))
    assert looker.found == {}
    assert looker.said == []


def test_every_page_is_found_by_links(company: Company) -> None:
    found: set[str] = set()
    for who in PEOPLE:
        browsing = Browsing(company.app)
        if who != "member":
            email, password = company.account(who)
            browsing.send("/app/sign-in", email=email, password=password)
        for rule, answer in walk(company.app, getter(browsing), company.first_addresses(who)):
            assert answer.status < 400, (who, rule)
            found |= {each.split("|")[0] for each in (rule, rule_of(company.app, answer.address)) if each}
    every = {rule.rule for rule in company.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    others = {rule for rule in every if rule.startswith(tuple(NOT_BY_LINKS))}
    assert sorted(every - found - others) == []
    assert sorted(others & found) == [], "a reason that is no longer needed"


def getter(browsing: Browsing) -> Callable[[str], Answer]:
    """Fetch without a browser; what a server would send as headers must be something it can send."""

    def get(address: str) -> Answer:
        answer = browsing.client.get(address, follow_redirects=True)
        for name, value in answer.headers:
            f"{name}: {value}".encode("latin-1")
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        return Answer(answer.request.path, answer.status_code, answer.content_type, text)

    return get
