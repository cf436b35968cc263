"""One anonymous quarter in real browsers: HR, eight members reached by mail, a key holder, a leader, members again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select, update

from assess.accounts import passwords
from assess.accounts.administration import Roles, add_account
from assess.accounts.signing_in import welcome
from assess.jobs.models import Job, Queue
from assess.localisation import set_language
from assess.messages.models import Kind, OutboxMessage
from assess.surveys.envelopes.models import Envelope
from assess.surveys.models import State
from assess.surveys.participation import first_figure_at
from assess.tasks import mail
from assess.tasks.bodies import BODIES
from assess.tasks.running import work_once
from assess.teams.models import Person, Team
from tests.accounts.accounts_cast import PASSWORD, cheap_hashes
from tests.app.surveys_cast import set_clock
from tests.browser.looking import look_at
from tests.browser.mailed_people import Post, answer_by_mail, in_front, open_at_home, path_in
from tests.browser.quarters import MEMBERS, Quarter, plan_and_open, running_quarter, sign_in
from tests.browser.test_leader_pages import WORDS as OF_LEADERS
from tests.databases.dumping import dump
from tests.databases.stores import Store, current_store
from tests.messages.cast import mail_to
from tests.messages.scripted_server import ScriptedServer
from tests.messages.test_what_is_kept import forms_of

pytestmark = pytest.mark.browser

LEADER = "ming@shop.example"
REMINDER = {"en": "Send reminder 1 of 2", "zh": "发送第1次提醒"}
COMMENT = "Kestrels over the harbour."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    cheap_hashes(monkeypatch)
    yield
    passwords.decoy_hash.cache_clear()
    set_language("en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_quarter_from_the_plan_to_what_the_team_does(
    tmp_path: Path, each_database: Store, chromium: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    with (
        ScriptedServer() as server,
        running_quarter(tmp_path, chromium, language, mail_to(server.port)) as quarter,
    ):
        name_people(quarter, language)
        post = Post(server)
        plan_and_open(quarter, "anonymous")
        send(quarter, monkeypatch, datetime.now(UTC))
        links = everybody_answers(quarter, chromium, post)
        half_time(quarter, post, monkeypatch, language)
        nothing_tells_a_code(quarter, links)
        close_and_open(quarter, chromium, post, monkeypatch)
        told = publish(quarter, post, monkeypatch)
        lead(quarter, chromium, language)
        read_as_member(quarter, chromium, told)
        read_as_hr(quarter)
        assert quarter.found == {}


def name_people(quarter: Quarter, language: str) -> None:
    """Half of the members read Chinese; Ming leads them."""
    now = datetime.now(UTC)
    with quarter.database.writing() as session:
        session.execute(update(Person).where(Person.id % 2 == 0).values(mail_language="zh"))
        session.execute(update(Team).where(Team.name == "Ads").values(leader_email=LEADER))
    link = add_account(quarter.database, email=LEADER, name="Ming", roles=Roles(), language=language, now=now)
    welcome(quarter.database, link, PASSWORD, now=now, language=language)


def send(quarter: Quarter, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Do what a worker does with the outbox at a moment."""
    monkeypatch.setattr(mail, "_now", lambda: now)
    done = mail.send_due(quarter.database, quarter.settings)
    assert (done.failed, done.later, done.stopped) == (0, 0, "")


def everybody_answers(quarter: Quarter, chromium: Browser, post: Post) -> list[str]:
    """Each member follows the link of the invitation, in the language it was written in."""
    invitations = post.new()
    assert len(invitations) == MEMBERS
    links = []
    for place, taken in enumerate(invitations):
        links.append(path_in(taken, "/s/"))
        written_in = "zh" if "问卷" in str(taken.message["Subject"]) or "邀" in str(taken.message["Subject"]) else "en"
        answer_by_mail(chromium, quarter, links[-1], written_in, place % 5, COMMENT if place == 0 else "")
    with quarter.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Envelope)) == MEMBERS
    return links


def half_time(quarter: Quarter, post: Post, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """Participation is counted, and everybody is reminded: nobody knows who has answered."""
    now = first_figure_at(quarter.cycle())
    quarter.go(now)
    quarter.press("count")
    quarter.says("figure")
    quarter.page.get_by_role("button", name=REMINDER[language]).dblclick()
    quarter.look("half-time")
    send(quarter, monkeypatch, now)
    assert len(post.new()) == MEMBERS


def nothing_tells_a_code(quarter: Quarter, links: list[str]) -> None:
    """No code is in the database, its journals, the outbox, or any file of the installation."""
    files = [path.read_bytes() for path in quarter.folder.rglob("*") if path.is_file() and path.suffix != ".png"]
    kept = b"".join([*files, current_store().stored_bytes(quarter.settings.database_url)])
    kept += repr(sorted(dump(quarter.database))).encode()
    with quarter.database.reading() as session:
        assert session.scalar(select(func.count()).where(OutboxMessage.kind == Kind.INVITATION)) == MEMBERS
    assert LEADER.encode() in kept, "the search must see what is stored"
    codes = [link.rsplit("/", 1)[1] for link in links]
    assert [code for code in codes for form in forms_of(code) if form in kept] == []


def close_and_open(quarter: Quarter, chromium: Browser, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is over; the key holders hear of it, and one of them opens."""
    now = quarter.cycle().closes_at
    quarter.go(now)
    quarter.press("close")
    quarter.says("waits")
    quarter.look("waiting")
    send(quarter, monkeypatch, now + timedelta(minutes=1))
    (ada,) = [taken for taken in post.new() if taken.recipient == "ada@holders.example"]
    open_at_home(chromium, quarter, path_in(ada, "/app/opening"))
    quarter.page.reload()


def publish(quarter: Quarter, post: Post, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """HR publishes without having looked; leaders and members are told, each where their own results are."""
    quarter.page.locator("#publish").check()
    quarter.press("publish")
    quarter.says("published")
    assert (quarter.cycle().state, quarter.answers()) == (State.PUBLISHED, 0)
    quarter.look("published")
    send(quarter, monkeypatch, max(datetime.now(UTC), quarter.cycle().closes_at) + timedelta(minutes=2))
    told = post.new()
    (leader,) = [taken for taken in told if taken.recipient == LEADER]
    assert path_in(leader, "/app") == "/app"
    members = [path_in(taken, "/m/") for taken in told if taken.recipient != LEADER]
    assert len(members) == MEMBERS
    return members


def lead(quarter: Quarter, chromium: Browser, language: str) -> None:
    """The leader reads the results, adopts an action, ticks a step off and shows it to members."""
    words = OF_LEADERS[language]
    with in_front(chromium, language) as page:
        sign_in(page, quarter.base, LEADER)
        page.get_by_role("link", name=words["read"]).first.click()
        expect(page.locator("svg.scale").first).to_be_visible()
        faults = look_at(page, f"quarter {language} leader results", quarter.folder)
        page.get_by_role("link", name=words["choose"]).click()
        page.get_by_role("link", name=words["adopt"]).first.click()
        page.fill("#owner", "李雷")
        page.get_by_role("button", name=words["adopt"]).click()
        page.get_by_role("button", name=words["tick"]).first.click()
        expect(page.locator(".steps .done")).to_have_count(1)
        page.get_by_role("button", name=words["show"]).click()
        expect(page.get_by_text(words["seen"])).to_be_visible()
        faults += look_at(page, f"quarter {language} leader board", quarter.folder)
        assert faults == []


def read_as_member(quarter: Quarter, chromium: Browser, told: list[str]) -> None:
    """A member finds the scores of the team and what the leader took on, in either language, without signing in."""
    for language in ("en", "zh"):
        with in_front(chromium, language) as page:
            page.goto(f"{quarter.base}{told[0]}?lang={language}")
            expect(page.locator("main")).to_contain_text("Ads")
            expect(page.locator("main")).to_contain_text("李雷")
            assert look_at(page, f"quarter {language} member results", quarter.folder) == []


def read_as_hr(quarter: Quarter) -> None:
    """HR reads the quarter and the boards, and downloads a report that a worker has drawn."""
    page, cycle = quarter.page, quarter.cycle()
    page.goto(f"{quarter.base}/app/results/{cycle.quarter}")
    expect(page.locator("main")).to_contain_text("Ads")
    quarter.look("results")
    page.goto(f"{quarter.base}/app/boards")
    page.get_by_role("link", name="Ads").first.click()
    expect(page.locator("main")).to_contain_text("李雷")
    quarter.look("board")
    pdf = f"{quarter.base}/app/results/{cycle.quarter}/organisation/{quarter.language}.pdf"
    set_clock(quarter.app, datetime.now(UTC))
    page.goto(pdf)
    page.locator("main form button").first.click()
    with quarter.database.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == "report")).all()
    done = partial(work_once, quarter.database, quarter.settings, BODIES[Queue.DEFAULT], queue=Queue.DEFAULT)
    assert done(version=job.version or "")
    assert page.context.request.get(pdf).body().startswith(b"%PDF-")
