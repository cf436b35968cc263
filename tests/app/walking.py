"""Every page that somebody finds by its links: from some first addresses on, each rule of the URL map once."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import html  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

KINDS = ("role", "kind", "what")  # parts of an address that make it another page, and not the same page of another team


@dataclass(frozen=True)
class Answer:
    """What an address answers with, after redirects."""

    address: str
    status: int
    content_type: str
    text: str

    @property
    def is_page(self) -> bool:
        """Whether it is something to look at in a browser."""
        return self.content_type.startswith("text/html")


def walk(app: Flask, get: Callable[[str], Answer], first: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Yield (rule, answer) in the order of discovery; files are yielded too, with their type."""
    waiting, seen = deque(first), set[str]()
    while waiting:
        address = waiting.popleft()
        rule = rule_of(app, address)
        if rule is None or rule in seen:
            continue
        seen.add(rule)
        answer = get(address)
        seen.add(rule_of(app, answer.address) or rule)
        yield rule, answer
        if answer.is_page:
            waiting.extend(links_in(answer))


def rule_of(app: Flask, address: str) -> str | None:
    """Return the rule that serves an address, and after a bar those parts that make it another page."""
    try:
        rule, values = app.url_map.bind("").match(urlsplit(address).path, method="GET", return_rule=True)
    except HTTPException:
        return None
    if rule.rule.startswith("/static"):
        return None
    return "|".join([rule.rule, *(str(values[name]) for name in KINDS if name in values)])


def links_in(answer: Answer) -> list[str]:
    """Return the addresses on the same site that a page links to, without their fragments."""
    hrefs = html.document_fromstring(answer.text.encode()).xpath("//main//a/@href | //nav//a/@href | //footer//a/@href")
    joined = [urljoin(answer.address, str(href)).split("#")[0] for href in hrefs]
    return [address for address in joined if not urlsplit(address).netloc]
