"""Key holders in a real Chromium: making a key, trying its code, opening a survey, whatever goes wrong on the way."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect
from playwright.sync_api import Response as Answer
from sqlalchemy import select, update

from assess.accounts import passwords
from assess.accounts.models import Account
from assess.accounts.passwords import hash_password
from assess.app import create_app
from assess.surveys.envelopes.models import BODY_LENGTHS, Comment, Envelope, Response, SealedAnswer
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.holders import codes
from assess.surveys.holders.models import HolderKey, Opening, OpeningPiece
from assess.surveys.models import State
from tests.accounts.accounts_cast import PASSWORD, SECRET, cheap_hashes
from tests.browser.test_accessibility import findings
from tests.browser.watching import Member, Wire, listening
from tests.databases.stores import Store
from tests.surveys.shop import QUARTER, Shop, open_shop

pytestmark = pytest.mark.browser

TREE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 7))
KEYS = {"Ada": ec.generate_private_key(ec.SECP256R1()), "Bo": ec.generate_private_key(ec.SECP256R1())}
CODES = {name: codes.new_code() for name in KEYS}


@dataclass(frozen=True)
class Office:
    """A shop whose key holders can sign in."""

    shop: Shop
    base: str
    wire: Wire

    @property
    def opening(self) -> str:
        return f"{self.base}/app/opening/{QUARTER}"


@pytest.fixture
def office(tmp_path: Path, each_database: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    cheap_hashes(monkeypatch)
    shop = open_shop(tmp_path, TREE, KEYS)
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group)
    with shop.database.writing() as session:
        for account in session.scalars(select(Account)):
            account.password_hash = hash_password(PASSWORD)
            wrapped = codes.wrap(CODES[account.name], KEYS[account.name])
            session.execute(update(HolderKey).where(HolderKey.account_id == account.id).values(wrapped_key=wrapped))
    wire = Wire()
    with listening(create_app(replace(shop.settings, secret_key=SECRET)), wire) as base:
        yield Office(shop, base, wire)
    shop.database.close()
    passwords.decoy_hash.cache_clear()


@contextmanager
def holder(
    chromium: Browser, office: Office, name: str = "Ada", *, language: str = "en-GB", expected: tuple[str, ...] = ()
) -> Iterator[Page]:
    context = chromium.new_context(viewport=ViewportSize(width=1280, height=900), locale=language)
    member = Member.at(context, expected=expected)
    member.page.goto(f"{office.base}/app/sign-in")
    member.page.locator("input[name=email]").fill(f"{name.lower()}@holders.example")
    member.page.locator("input[name=password]").fill(PASSWORD)
    member.page.locator("main button").first.click()
    member.page.wait_for_url(f"{office.base}/app")
    yield member.page
    context.close()
    assert member.troubles == []


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Opening code").fill(code)
    page.get_by_role("button", name="Open the envelopes").click()


def another(code: str, place: int) -> str:
    """Mistype one character."""
    return code[:place] + ("2" if code[place] != "2" else "3") + code[place + 1 :]


def count_of(office: Office, table: type) -> int:
    return office.shop.count(table)


def test_a_key_is_made_typed_once_and_tried(office: Office, chromium: Browser) -> None:
    with holder(chromium, office) as page:
        page.goto(f"{office.base}/app/key?new")
        page.get_by_role("button", name="Make key and code").click()
        expect(page.get_by_role("heading", name="2. Keep the code on paper")).to_be_focused()
        code = page.locator("#holder-code").inner_text()
        secret = codes.read_opening_code(code)
        page.get_by_role("button", name="I have it on paper").click()
        field, fault = page.get_by_label("Opening code"), page.locator("#holder-typed-error")
        expect(field).to_be_focused()
        assert code not in page.content()
        for typed, said in (
            ("", "Type your opening code first."),
            (code[:-1], "An opening code has 28 characters; you typed 27."),
            ("U" + code[1:], "The character U does not occur"),
            (another(code, 10), "Group 3 differs from the code that was shown."),
            (codes.new_code(), "differs from the code that was shown."),
        ):
            field.fill(typed)
            field.press("Enter")
            expect(fault).to_contain_text(said)
            expect(field).to_be_focused()
            expect(field).to_have_attribute("aria-invalid", "true")
        page.get_by_role("button", name="Show the code again").click()
        assert page.locator("#holder-code").inner_text() == code
        page.get_by_role("button", name="I have it on paper").click()
        field.fill(code.lower().replace("-", " ").replace("0", "o").replace("1", "l"))
        page.get_by_role("button", name="Check and finish").click()
        expect(page.get_by_text("Try your code once")).to_be_visible()
        with office.shop.database.reading() as session:
            known = [public_bytes(key) for key in KEYS.values()]
            made = session.scalars(select(HolderKey).where(HolderKey.public_key.not_in(known))).one()
        assert public_bytes(codes.unwrap(code, made.wrapped_key)) == made.public_key
        page.get_by_label("Opening code").fill(CODES["Bo"])
        page.get_by_role("button", name="Open the trial envelope").click()
        expect(page.locator("#holder-code-error")).to_contain_text("a complete code, but not the one of your key")
        page.get_by_label("Opening code").fill(code)
        page.get_by_role("button", name="Open the trial envelope").click()
        expect(page.get_by_text("When a survey has closed, you find it here")).to_be_visible()
    assert_no_code_left_the_browser(office, code, secret)


def assert_no_code_left_the_browser(office: Office, code: str, secret: bytes) -> None:
    """Neither as it is printed or typed, nor as bytes in base64 or hexadecimal."""
    plain = code.replace("-", "")
    forms = (code, plain, code.lower(), plain.lower(), code.replace("-", " "), code.replace("-", "+"), secret.hex())
    assert office.wire.holds(*forms) == []


def test_the_sheet_with_the_code_is_printed_alone(office: Office, chromium: Browser) -> None:
    with holder(chromium, office) as page:
        page.goto(f"{office.base}/app/key?new")
        page.get_by_role("button", name="Make key and code").click()
        page.emulate_media(media="print")
        expect(page.locator("#holder-code")).to_be_visible()
        expect(page.get_by_text("Opening code of Ada")).to_be_visible()
        for hidden in ("header", "nav", "h1", "h2", "button"):
            expect(page.locator(hidden).filter(visible=True)).to_have_count(0)


def test_a_survey_is_opened_and_nothing_names_a_group(office: Office, chromium: Browser) -> None:
    office.shop.close()
    with holder(chromium, office) as page:
        page.goto(f"{office.base}/app/opening")
        page.get_by_role("link", name="Open the envelopes").click()
        type_code(page, CODES["Ada"])
        expect(page.get_by_text("Done: 22 answers handed back, 0 unreadable, 0 copies.")).to_be_visible()
        assert page.get_by_label("Opening code").input_value() == ""
    assert office.shop.cycle().state == State.OPENED
    with office.shop.database.reading() as session:
        groups = Counter(session.scalars(select(Response.group_id)))
        assert sorted(groups.values()) == [7, 7, 8]
        assert len(session.scalars(select(Comment)).all()) == 22
    assert [count_of(office, table) for table in (SealedAnswer, Opening, OpeningPiece)] == [0, 0, 0]
    assert_no_code_left_the_browser(office, CODES["Ada"], codes.read_opening_code(CODES["Ada"]))


def test_small_groups_are_hidden_again_when_junk_and_copies_made_them_look_large(
    office: Office, chromium: Browser
) -> None:
    """An operator surrounds two answers of one group with junk and copies: the opener counts again and hides it."""
    with office.shop.database.writing() as session:
        bodies: dict[str, list[Envelope]] = {}
        for envelope in session.scalars(select(Envelope)):
            bodies.setdefault(envelope.group_id, []).append(envelope)
        victims = next(group for group in bodies.values() if len(group) == 8)
        for envelope in victims[2:5]:
            envelope.body = victims[0].body
        for envelope in victims[5:]:
            envelope.body = b"\x01\x02" + bytes(BODY_LENGTHS[1] - 2)
        # Three pieces of the same junk: the first is unreadable, the others are its copies.
    office.shop.close()
    with holder(chromium, office) as page:
        page.goto(office.opening)
        type_code(page, CODES["Ada"])
        expect(page.get_by_text("Done: 16 answers handed back, 1 unreadable, 5 copies.")).to_be_visible()
    with office.shop.database.reading() as session:
        groups = Counter(session.scalars(select(Response.group_id)))
    # The two that are left are in no group of their own, and another group was hidden with them.
    assert sorted(groups.values()) == [7, 9]


def test_wrong_codes_are_explained_and_the_server_never_sees_a_try(office: Office, chromium: Browser) -> None:
    office.shop.close()
    with holder(chromium, office) as page:
        page.goto(office.opening)
        fault = page.locator("#opening-code-error")
        code = CODES["Ada"]
        for typed, said in (
            ("", "Type your opening code first."),
            (code + "0", "you typed 29"),
            (another(code, 6), "Look at group 2 again"),
            (codes.new_code(), "This is a complete code, but not the one of your key."),
        ):
            type_code(page, typed)
            expect(fault).to_contain_text(said)
            expect(page.get_by_role("button", name="Open the envelopes")).to_be_enabled()
    assert [head for head, _content in office.wire.requests if head.startswith("POST /app/opening")] == []
    assert office.shop.cycle().state == State.SEALED


def test_a_key_that_is_not_one_of_this_survey_hands_nothing_back(office: Office, chromium: Browser) -> None:
    """With a newer key nothing could be read: all would be counted as unreadable and lost."""
    office.shop.close()
    newer, code = ec.generate_private_key(ec.SECP256R1()), codes.new_code()
    with office.shop.database.writing() as session:
        ada = session.scalars(select(Account).where(Account.name == "Ada")).one()
        old = session.scalars(select(HolderKey).where(HolderKey.account_id == ada.id)).one()
        old.retired_at = old.made_at
        session.flush()
        key = HolderKey(account_id=ada.id, public_key=public_bytes(newer), made_at=old.made_at)
        key.wrapped_key = codes.wrap(code, newer)
        session.add(key)
    with holder(chromium, office) as page:
        page.goto(office.opening)
        type_code(page, code)
        expect(page.get_by_text("None of your keys opens this survey")).to_be_visible()
        assert office.shop.cycle().state == State.SEALED
        type_code(page, CODES["Ada"])  # the code of the earlier key
        expect(page.get_by_text("Done: 22 answers handed back")).to_be_visible()


def test_a_lost_connection_is_tried_again_and_the_button_goes_on(office: Office, chromium: Browser) -> None:
    office.shop.close()
    cut: list[str] = []

    def once(route: Route) -> None:
        if route.request.url in cut:
            route.fallback()
        else:
            cut.append(route.request.url)
            route.abort()

    with holder(chromium, office, expected=("net::ERR_FAILED",)) as page:
        page.goto(office.opening)
        page.route("**/sealed/0", once)
        page.route("**/ratings/0", once)
        type_code(page, CODES["Ada"])
        expect(page.get_by_text("Done: 22 answers handed back")).to_be_visible(timeout=20_000)
        assert len(cut) == 2
    assert count_of(office, Response) == 22


def test_what_stays_cut_is_said_and_goes_on_without_the_code(office: Office, chromium: Browser) -> None:
    office.shop.close()
    with holder(chromium, office, expected=("net::ERR_FAILED",)) as page:
        page.add_init_script("const s = window.setTimeout; window.setTimeout = (f) => s(f, 1);")
        page.goto(office.opening)
        page.route("**/comments/*", lambda route: route.abort())
        type_code(page, CODES["Ada"])
        expect(page.get_by_text("The server cannot be reached. Nothing is lost")).to_be_visible()
        assert count_of(office, Response) == 0
        page.unroute("**/comments/*")
        page.get_by_role("button", name="Open the envelopes").click()
        expect(page.get_by_text("Done: 22 answers handed back")).to_be_visible()
    starts = [head for head, _content in office.wire.requests if head.endswith("/start")]
    assert len(starts) == 1
    assert count_of(office, Response) == 22


def test_of_two_holders_at_once_the_first_complete_one_wins(office: Office, chromium: Browser) -> None:
    office.shop.close()
    with holder(chromium, office) as ada, holder(chromium, office, "Bo") as bo:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        ada.goto(office.opening)
        bo.goto(office.opening)
        ada.route("**/complete", hold)
        type_code(ada, CODES["Ada"])
        expect(ada.get_by_text("parts handed back")).to_be_visible()
        type_code(bo, CODES["Bo"])
        expect(bo.get_by_text("Done: 22 answers handed back")).to_be_visible()
        held[0].continue_()
        expect(ada.locator("#opening-code-error")).to_contain_text("have been opened; there is nothing left to do")
    assert count_of(office, Response) == 22


def test_answers_handed_back_are_in_no_order_of_the_envelopes(office: Office, chromium: Browser) -> None:
    """Ratings and comments are shuffled each as a whole: neither order is that of the bodies or of the other."""
    office.shop.close()
    orders: dict[str, list[str]] = {}
    with holder(chromium, office) as page:
        page.goto(office.opening)

        def look(answer: Answer) -> None:
            if "/sealed/" in answer.url:
                orders["sealed"] = [row[0] for row in answer.json()]

        page.on("response", look)
        type_code(page, CODES["Ada"])
        expect(page.get_by_text("Done: 22 answers handed back")).to_be_visible()
    for kind in ("ratings", "comments"):
        (content,) = [content for head, content in office.wire.requests if f"/{kind}/0" in head]
        orders[kind] = [row[0] for row in json.loads(content.split(b"\n")[-1])]
    assert len({tuple(order) for order in orders.values()}) == 3  # alike by chance: once in a thousand million
    assert Counter(orders["ratings"]) == Counter(orders["comments"]) == Counter(orders["sealed"])


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_no_page_of_a_key_holder_has_a_finding(office: Office, chromium: Browser, language: str) -> None:
    office.shop.close()
    with holder(chromium, office, language=language) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        switch = page.locator(f"button[name=language][value={language[:2]}]")
        if switch.count():
            switch.click()
        found = {}
        for address in ("/app/key", "/app/key?new", "/app/opening", f"/app/opening/{QUARTER}"):
            page.goto(office.base + address)
            found[address] = findings(page)
        page.locator("#opening-code").fill("ABCD")
        page.locator("#open-now").click()
        found["wrong code"] = findings(page)
        page.goto(f"{office.base}/app/key?new")
        for step in ("make", "next"):
            page.locator(f"[data-do={step}]").click()
            found[step] = findings(page)
        page.locator("[data-do=check]").click()
        found["empty"] = findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert {where: what for where, what in found.items() if what} == {}
