"""An installation with an imported roster, HR in a real Chromium on a narrow phone, and members in theirs."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update

from assess.accounts.administration import Roles, add_account
from assess.accounts.models import Account
from assess.accounts.passwords import hash_password
from assess.accounts.signing_in import welcome
from assess.app import create_app
from assess.config import Settings
from assess.extensions import Database
from assess.mail_config import MailSettings
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.models import Response
from assess.surveys.holders import codes
from assess.surveys.holders.models import HolderKey
from assess.surveys.models import Cycle
from tests.accounts.accounts_cast import PASSWORD, SECRET
from tests.app.surveys_cast import set_clock
from tests.browser.looking import look_at
from tests.browser.test_survey_flow import choose, go_to_review
from tests.browser.watching import Member, Wire, listening
from tests.surveys.shop import appoint, hire, installation

MEMBERS = 8
KEY = ec.derive_private_key(20261206, ec.SECP256R1())
CODE = codes.new_code()
WORDS = {
    "en": {
        "plan": "Plan a survey",
        "save": "Save the plan",
        "members": "See the page of members",
        "back": "Back to the plan",
        "sure": "I have looked at the plan",
        "open": "Open ",
        "now open": "The contract is fixed.",
        "links": "Download the file of links",
        "count": "Count today’s figure",
        "figure": "Fewer than ten answers",
        "close": "Close 2",
        "waits": "It waits for a key holder",
        "publish": "Publish the results",
        "published": "The results are published, and single answers are deleted.",
        "next": "Next: plan a survey",
        "anonymous": "Anonymous: a key holder does",
        "confidential": "Confidential: the server does",
    },
    "zh": {
        "plan": "规划调查",
        "save": "保存计划",
        "members": "查看成员页面",
        "back": "返回计划",
        "sure": "我已看过计划和约定",
        "open": "启动2",
        "now open": "约定已确定。",
        "links": "下载链接文件",
        "count": "统计今天的数字",
        "figure": "不到10份答卷",
        "close": "截止2",
        "waits": "等待密钥保管人",
        "publish": "公布结果",
        "published": "结果已公布，单份答卷已删除。",
        "next": "下一步：规划调查",
        "anonymous": "匿名：由密钥保管人开封",
        "confidential": "保密：由服务器开封",
    },
}


@dataclass
class Quarter:
    """An installation with an imported roster, HR in front of a page, and what was found wrong on the way."""

    app: Flask
    base: str
    page: Page
    folder: Path
    settings: Settings
    database: Database
    language: str
    words: dict[str, str]
    cycle: Callable[[], Cycle]
    answers: Callable[[], int]
    found: dict[str, list[str]] = field(default_factory=dict)
    clicks: int = 0

    def look(self, what: str) -> None:
        """Search the page for faults: axe, and whether it is wider than the screen, with everything folded open."""
        faults = look_at(self.page, f"quarter {self.language} {what}", self.folder)
        if faults:
            self.found[what] = faults

    def press(self, name: str, kind: str = "button") -> None:
        """Press what is called so, and count it."""
        role = self.page.locator("main").get_by_role("link" if kind == "link" else "button", name=self.words[name])
        role.first.click()
        self.clicks += 1

    def says(self, name: str) -> None:
        expect(self.page.locator("main")).to_contain_text(self.words[name])

    def go(self, moment: datetime) -> None:
        """Let time pass on the pages of HR."""
        set_clock(self.app, moment)
        self.page.reload()


@contextmanager
def running_quarter(
    folder: Path,
    chromium: Browser,
    language: str,
    mail: MailSettings | None = None,
    teams: Sequence[tuple[str, str | None, int]] = (("Lantern", None, 0), ("Ads", "Lantern", MEMBERS)),
) -> Iterator[Quarter]:
    settings, database = installation(folder)
    settings = replace(settings, secret_key=SECRET, mail=mail)
    settings.key_dir.mkdir()
    hire(database, teams)
    now = datetime.now(UTC)
    link = add_account(database, email="hr@x.example", name="HR", roles=Roles(is_hr=True), language=language, now=now)
    welcome(database, link, PASSWORD, now=now, language=language)
    for name in ("Ada", "Bo"):
        appoint(database, name, KEY if name == "Ada" else None)
    with database.writing() as session:
        ada = session.scalars(select(Account).where(Account.name == "Ada")).one()
        ada.password_hash = hash_password(PASSWORD)
        wrapped = codes.wrap(CODE, KEY)
        session.execute(update(HolderKey).where(HolderKey.account_id == ada.id).values(wrapped_key=wrapped))

    def cycle() -> Cycle:
        with database.reading() as session:
            return find_cycle(session, session.scalars(select(Cycle.quarter)).one())

    def answers() -> int:
        with database.reading() as session:
            return session.scalar(select(func.count()).select_from(Response)) or 0

    app = create_app(settings)
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale={"en": "en-GB", "zh": "zh-CN"}[language], accept_downloads=True
    )
    person = Member.at(context)
    with listening(app, Wire()) as base:
        sign_in(person.page, base, "hr@x.example")
        yield Quarter(app, base, person.page, folder, settings, database, language, WORDS[language], cycle, answers)
        context.close()
    database.close()
    assert person.troubles == []


def sign_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/app/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{base}/app")


def plan_and_open(quarter: Quarter, level: str) -> None:
    page = quarter.page
    quarter.look("home before")
    quarter.press("plan", "link")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    page.fill("#opens_on", today.isoformat())
    page.fill("#opens_time", "00:00")
    page.fill("#closes_on", (today + timedelta(days=10)).isoformat())
    page.fill("#latest_on", "")
    page.get_by_label(quarter.words[level]).check()
    quarter.look("form")
    quarter.press("save")
    page.wait_for_url("**?planned")
    quarter.look("planned")
    page.get_by_role("link", name=quarter.words["members"]).click()
    expect(page.locator("fieldset[disabled] fieldset").first).to_be_visible()
    quarter.look("preview")
    page.get_by_role("link", name=quarter.words["back"]).click()
    page.get_by_label(quarter.words["sure"]).check()
    quarter.clicks += 1
    quarter.press("open")
    quarter.says("now open")
    assert quarter.clicks == 4, "plan, save, tick, open"
    quarter.look("open")


def links_of(quarter: Quarter) -> list[str]:
    with quarter.page.expect_download() as download:
        quarter.press("links")
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return [row["link"].rsplit("/", 1)[1] for row in csv.DictReader(file)]


def answer(chromium: Browser, quarter: Quarter, code: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", has_touch=True)
    member = Member.at(context)
    page = member.page
    page.goto(f"{quarter.base}/s/{code}")
    page.get_by_role("button", name="Start").tap()
    choose(page, "COM1", "Agree")
    go_to_review(page)
    page.get_by_role("button", name="Send my envelope").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your envelope is in the box")
    context.close()
    assert member.troubles == []
