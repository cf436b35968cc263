"""What leaves: headers that nobody can add to, two parts, nothing remote, and one personal link for each."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.config import Settings
from assess.errors import InputError
from assess.localisation import LANGUAGES, use_language
from assess.messages.letter import Envelope, Letter, compose
from assess.messages.models import Kind
from assess.messages.samples import sample
from tests.messages.cast import SENDER, deliver
from tests.messages.scripted_server import ScriptedServer
from tests.surveys.shop import DURING, OPENS, Shop

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETTINGS = Settings(
    Path("data"), "sqlite://", Path("keys"), base_url="https://health.lantern.example", organisation="灯笼 <Lantern>"
)
HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "content-language",
    "mime-version",
    "content-type",
}


def written(letter: Letter, language: str = "en", recipient: str = "ada@lantern.example") -> EmailMessage:
    envelope = Envelope(SETTINGS.organisation, SENDER, recipient, language, "<1@lantern.example>", AT)
    content = compose(letter, envelope)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    parsed = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(parsed, EmailMessage)
    return parsed


def parts(message: EmailMessage) -> tuple[str, str]:
    text, page = message.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert isinstance(text, EmailMessage)
    assert isinstance(page, EmailMessage)
    return text.get_content().replace("\r\n", "\n"), page.get_content()


class Seen(HTMLParser):
    """Tags, what they would fetch, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "srcset", "background", "onclick", "onload"} & {name for name, _value in attrs}
        assert all("url(" not in (value or "") for _name, value in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_two_parts_that_say_the_same(kind: Kind, language: str) -> None:
    with use_language(language):
        letter = sample(kind, SETTINGS, now=AT)
    message = written(letter, language)
    assert {name.lower() for name in message.keys()} == HEADERS  # noqa: SIM118 - a message is no mapping
    assert message["Subject"] == letter.subject
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["From"].addresses[0].display_name == "灯笼 <Lantern>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == AT
    text, page = parts(message)
    seen = Seen()
    seen.feed(page)
    assert set(seen.tags) <= {"html", "head", "meta", "title", "body", "div", "h1", "p", "a", "hr"}
    assert letter.link is not None
    assert seen.links == [letter.link.address]
    for paragraph in (letter.heading, *letter.before, letter.link.address, *letter.after, *letter.footer):
        assert paragraph in text
        assert paragraph in seen.words
    assert bool(re.search("[\u4e00-\u9fff]", letter.heading)) == (language == "zh")
    assert "0" * 26 not in letter.subject


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_adds_a_header_or_an_address(subject: str, organisation: str) -> None:
    envelope = Envelope(organisation, SENDER, "ada@lantern.example", "en", "<1@lantern.example>", AT)
    try:
        content = compose(Letter(subject, "Heading", ()), envelope)
    except InputError:
        assert not (subject + organisation).isprintable()
        return
    message = BytesParser(policy=policy.default).parsebytes(content)
    assert {name.lower() for name in message.keys()} == HEADERS  # noqa: SIM118 - a message is no mapping
    assert [address.addr_spec for address in message["From"].addresses] == [SENDER]
    assert message["To"] == "ada@lantern.example"
    assert message["Subject"].strip() == subject.strip()


@pytest.mark.parametrize(
    "address",
    [
        "ada@lantern.example\r\nBcc: all@lantern.example",
        "ada@lantern.example\nSubject: x",
        "ada@lantern.example, ben@lantern.example",
        "Ada <ada@lantern.example>",
        "ada@lantern.example\x00",
        "ada",
        "张@lantern.example",
        "",
    ],
)
def test_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        written(Letter("Subject", "Heading", ()), recipient=address)


@given(st.text(max_size=40))
def test_text_is_escaped_in_the_html_part(text: str) -> None:
    _text, page = parts(written(Letter("Subject", f"<script>{text}</script><img src=x>", ())))
    assert not {"script", "img"} & set(_tags(page))


def _tags(page: str) -> list[str]:
    seen = Seen()
    seen.feed(page)
    return seen.tags


def test_everybody_gets_a_link_of_their_own_in_their_language(shop: Shop, server: ScriptedServer) -> None:
    deliver(shop, OPENS)
    links: dict[str, str] = {}
    for taken in server.taken:
        text, page = parts(taken.message)
        (code,) = set(re.findall(r"/s/([0-9A-Z]{26})", text + page))
        links[taken.recipient] = code
        chinese = taken.recipient.startswith("box")
        assert str(taken.message["Subject"]).startswith("【团队健康度】" if chinese else "[Team health]")
        assert shop.cycle().contract_hash in text
        assert code not in str(taken.message.items())
        assert taken.message["To"] == taken.recipient
    assert sorted(links.values()) == sorted(code for codes in shop.codes.values() for code in codes)
    shop.answer(links["ads0@lantern.example"], now=DURING)


def test_the_order_is_not_that_of_the_roster(shop: Shop, server: ScriptedServer) -> None:
    """Twenty-one messages stand in one given order by chance once in 5e19 runs."""
    deliver(shop, OPENS)
    order = server.recipients()
    assert order != sorted(order)
