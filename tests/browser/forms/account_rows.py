"""The forms of signing in, of one's own account and of the accounts of others."""

from collections.abc import Mapping

from playwright.sync_api import Page

from tests.accounts.accounts_cast import PASSWORD
from tests.browser.forms.rows import BAD_MAIL, CONTROL, LONG, LONG_ZH, Form, wrong

ANOTHER = "another sentence that is long enough"


def _give_password(page: Page, places: Mapping[str, str]) -> None:
    page.fill("#email", f"app-{places['language']}@people.example")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/app/sign-in/code")


def _see_secret(page: Page, _places: Mapping[str, str]) -> None:
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator("#code").wait_for()


PASSWORD_ALONE = (
    wrong("password", password=""),
    wrong("password", password="not my password, I think"),
    wrong("password", password="口令\0🙂"),
)
PASSWORD_AND_CODE = (
    wrong("password", "code", password="", code=""),
    wrong("password", password="not my password, I think", code="123456"),
    wrong("code", password=PASSWORD, code="１２３４５６"),
    wrong("code", password=PASSWORD, code="12345"),
)
ROWS = (
    Form(
        "signing in",
        "/app/sign-in",
        "",
        "/app/sign-in?lang={language}",
        (
            wrong("email", "password", email="", password=""),
            wrong("password", "email", email="nobody@people.example", password="whatever it was"),
            wrong("password", "email", email="周敏", password="１２３４５６"),
            wrong("password", "email", email=BAD_MAIL, password="\0?"),
            wrong("password", email=LONG, password=""),
        ),
    ),
    Form(
        "the second step",
        "/app/sign-in/code",
        "",
        "/app/sign-in?lang={language}",
        (
            wrong("code", code=""),
            wrong("code", code="１２３４５６"),
            wrong("code", code="ABCD-EFGH\0🙂"),
        ),
        way=_give_password,
    ),
    Form(
        "the first password",
        "/app/welcome/<token>",
        "",
        "/app/welcome/{invitation}?lang={language}",
        (
            wrong("password", password="", repeated=""),
            wrong("password", password="short", repeated="short"),
            wrong("repeated", password=ANOTHER, repeated="something else"),
        ),
    ),
    Form(
        "another password",
        "/app/password",
        "leader",
        "/app/password",
        (
            wrong("current", "password", current="", password="", repeated=""),
            wrong("current", current="not mine", password=ANOTHER, repeated=ANOTHER),
            wrong("password", current=PASSWORD, password="太短", repeated="太短"),
            wrong("repeated", current=PASSWORD, password=ANOTHER, repeated=ANOTHER.upper()),
        ),
    ),
    Form("beginning with an app", "/app/security/app", "leader", "/app/security/app", PASSWORD_ALONE),
    Form(
        "the first code of an app",
        "/app/security/app/confirm",
        "leader",
        "/app/security/app",
        (wrong("code", code=""), wrong("code", code="123456"), wrong("code", code="one two")),
        form="form[action$='/confirm']",
        way=_see_secret,
    ),
    Form("turning the app off", "/app/security/app/off", "app", "/app/security/app/off", PASSWORD_AND_CODE),
    Form("new recovery codes", "/app/security/codes", "app", "/app/security/codes", PASSWORD_AND_CODE),
    Form("beginning with a passkey", "/app/security/passkey", "leader", "/app/security/passkey", PASSWORD_ALONE),
    Form(
        "removing a passkey",
        "/app/security/passkey/<passkey_id>/remove",
        "passkey",
        "/app/security/passkey/{passkey}/remove",
        PASSWORD_ALONE,
    ),
    Form(
        "inviting somebody",
        "/app/accounts/invite",
        "admin",
        "/app/accounts/invite",
        (
            wrong("email", "name", email="", name=""),
            wrong("email", email="anna@", name="Anna"),
            wrong("email", email=BAD_MAIL, name="Anna"),
            wrong("email", email="hr-en@people.example", name="Anna"),
            wrong("name", email="anna@x.example", name=LONG_ZH),
            wrong("name", email="anna@x.example", name=CONTROL),
        ),
    ),
    Form(
        "searching the audit log",
        "/app/audit",
        "admin",
        "/app/audit",
        (
            wrong("since", since="2026-02-30", until=""),
            wrong("since", "until", since="yesterday", until="２０２６-１２-０１", search="周"),
        ),
        form="form[action='/app/audit']",
        method="GET",
    ),
)
