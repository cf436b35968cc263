"""The forms of the settings page, and of mail."""

from pathlib import Path

from tests.browser.forms.rows import BAD_MAIL, CONTROL, EMOJI, LONG, LONG_ZH, Form, Half, Try, Typed, wrong

FILES = Path(__file__).parent / "files"


def _settings(name: str, part: str, *tries: Try) -> Form:
    action = f"/app/settings/{part}"
    return Form(name, action, "admin", "/app/settings", tries, form=f"form[action='{action}']")


def _by_id(name: str, *values: Typed | Half) -> tuple[Try, ...]:
    return tuple(Try({name: value}, (name,)) for value in values)


ROWS = (
    _settings(
        "name and contact",
        "organisation",
        *_by_id("set-organisation", "   ", LONG, CONTROL),
        *_by_id("set-contact", LONG_ZH, EMOJI * 2),
        Try({"set-organisation": "", "set-contact": CONTROL}, ("set-organisation", "set-contact")),
    ),
    _settings("time zone", "time", *_by_id("set-time_zone", "", "Berlin time", "北京", CONTROL)),
    _settings(
        "threshold",
        "protection",
        *_by_id("set-minimum_group_size", "3", "", "five", "５", "4.5", "9" * 30),
    ),
    _settings(
        "logo and colour",
        "look",
        *(
            wrong("logo", logo=FILES / name, accent="#8a1c4a")
            for name in ("with_script.svg", "empty.png", "no_picture.jpg", "logo.pdf")
        ),
        *_by_id("accent", "red", "#77ccff", "＃８ａ１ｃ４ａ", CONTROL),
        wrong("logo", "accent", logo=FILES / "notes.txt", accent="🙂"),
    ),
    _settings(
        "inviting a key holder",
        "holders",
        Try({"holder-name": "", "holder-email": ""}, ("holder-name", "holder-email")),
        Try({"holder-name": LONG, "holder-email": "anna@x.example"}, ("holder-name",)),
        Try({"holder-name": "Anna", "holder-email": "anna at x.example"}, ("holder-email",)),
        Try({"holder-name": "Anna", "holder-email": BAD_MAIL}, ("holder-email",)),
        Try({"holder-name": "Anna", "holder-email": "hr-en@people.example"}, ("holder-email",)),
    ),
    _settings(
        "a test message",
        "mail",
        *_by_id("address", "", "a@b@c.example", "周敏@people.example", BAD_MAIL),
    ),
    Form(
        "an address that came back",
        "/app/mail/bounced",
        "hr",
        "/app/mail",
        _by_id("address", "", "nobody", "unknown@people.example", BAD_MAIL),
        form="form[action='/app/mail/bounced']",
    ),
)
