"""Sending one form with bad input as a person does, and looking for whatever is wrong with the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Response
from playwright.sync_api import TimeoutError as NothingHappenedError
from sqlalchemy import select

from assess.extensions import Base
from assess.localisation import HTML_LANGUAGE
from tests.browser.forms.cast import Site
from tests.browser.forms.judging import not_in
from tests.browser.forms.rows import Form, Half, Try, Typed
from tests.browser.test_accessibility import findings

MOMENT_MS, WHILE_HELD_MS = 10_000, 600
NOT_KEPT = ("password", "one-time-code")
"""Secrets are never filled in again, nor can a page fill in a file."""
UNFOLD = "form => { for (let at = form; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true; }"
HALF = "form => !form.noValidate && [...form.elements].some(box => box.validity.badInput)"
SEEN = """id => { const at = document.getElementById(id)?.getBoundingClientRect();
  return at && at.height > 0 && at.bottom > 0 && at.top < innerHeight; }"""
KEPT = "box => (['date', 'time', 'number'].includes(box.type) ? box.getAttribute('value') : box.value)"
"""What a page fills in, whatever this browser makes of it."""
FOCUSED = "id => document.getElementById(id)?.contains(document.activeElement)"
MAY_CHANGE = {"sign_ins", "half_sign_ins", "audit_entries", "authenticator_apps", "spent_challenges"}
"""Who is signed in, what is logged, and how often a code was wrong."""


@dataclass(frozen=True)
class Sending:
    """One try of one row, in one language."""

    site: Site
    page: Page
    row: Form
    attempt: Try
    language: str

    @property
    def has_most_messages(self) -> bool:
        """Whether no other sending of this form has more: axe looks at one page of each, for it takes long."""
        return self.attempt is max(self.row.tries, key=lambda each: len(each.wrong) * (not each.is_half))


def faults_of(sending: Sending) -> Iterator[str]:
    """Send it and say everything that is wrong."""
    site, page, row = sending.site, sending.page, sending.row
    site.forget_failures()
    page.goto(site.base + row.page.format(**site.places[sending.language]))
    if row.way is not None:
        row.way(page, site.places[sending.language])
    before = stored(site)
    form = page.locator(row.form).first
    form.evaluate(UNFOLD)
    shown = {
        name: type_into(form.page.locator(f"[id='{name}']"), typed) for name, typed in sending.attempt.typed.items()
    }
    answer = _send(page, form, row, is_half=sending.attempt.is_half)
    if isinstance(answer, str):
        if answer != "half a date" or not sending.attempt.is_half:
            yield answer
        return
    if answer is not None and not 400 <= answer.status < 500 and row.method == "POST":
        yield f"answered with {answer.status}"
    yield from _messages(sending)
    yield from _what_was_typed(sending, shown)
    yield from _page(sending)
    yield from (f"stored: {line}" for line in sorted(stored(site) ^ before))


def all_faults(site: Site, chromium: Browser, row: Form, language: str) -> dict[str, list[str]]:
    """Send one form in every way of its row; by what was typed, what was wrong with the answer."""
    member, found = site.member(chromium, row.who, language), dict[str, list[str]]()
    for attempt in row.tries:
        faults = list(faults_of(Sending(site, member.page, row, attempt, language)))
        if faults:
            found[str(attempt.typed)] = faults
    if member.troubles:
        found["the browser says"] = [*member.troubles]
    member.troubles.clear()
    return found


def type_into(box: Locator, typed: Typed | Half) -> str | None:
    """Fill a field in; return what stands in it then, or None where nothing may be kept.

    What a field for dates or numbers does not take is typed as in a browser that knows no such field.
    """
    if isinstance(typed, Half):
        box.focus()
        box.page.keyboard.type("11")
        box.page.keyboard.press("Backspace")
        return None
    if isinstance(typed, bool):
        box.set_checked(typed)
        return None
    if isinstance(typed, Path):
        box.set_input_files(typed)
        return None
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(typed)
        return typed
    if box.get_attribute("type") in {"date", "time", "number"}:
        box.evaluate("box => { box.type = 'text'; }")
    box.fill(typed)
    is_kept = box.get_attribute("type") != "password" and box.get_attribute("autocomplete") not in NOT_KEPT
    return box.input_value() if is_kept else None


def _send(page: Page, form: Locator, row: Form, *, is_half: bool) -> Response | str | None:
    """Press the button; a sentence where nothing comes of it."""
    if row.by_script:
        page.locator(row.by_script).click()
        page.locator(".error:not([hidden])").first.wait_for(timeout=MOMENT_MS)
        return None
    try:
        with page.expect_navigation(timeout=WHILE_HELD_MS if is_half else MOMENT_MS) as sent:
            form.locator("button[type=submit], button:not([type])").first.click()
    except NothingHappenedError:
        return "half a date" if form.evaluate(HALF) else "the browser held it back in its own words"
    return sent.value


def _messages(sending: Sending) -> Iterator[str]:
    """Each field that is wrong, and no other, names its message, which can be seen; the first has the focus."""
    page, wanted = sending.page, sending.attempt.wrong
    marked = page.eval_on_selector_all("[aria-invalid=true]", "boxes => boxes.map(box => box.id)")
    if sorted(marked) != sorted(wanted):
        yield f"marked as wrong: {marked}, not {list(wanted)}"
    for name in wanted:
        box = page.locator(f"[id='{name}']")
        named = (box.get_attribute("aria-describedby") or "").split() if box.count() else []
        error = next((each for each in named if each.endswith(("-error", "errors"))), "")
        if not error or not page.locator(f"[id='{error}']").is_visible():
            yield f"no message beside {name}"
    first = sending.attempt.focus or wanted[0]
    if not page.evaluate(FOCUSED, first):
        yield f"the focus is not on {first}"
    if not page.evaluate(SEEN, first):
        yield f"{first} is off the screen"
    typed = [value for value in sending.attempt.typed.values() if isinstance(value, str)]
    for value in sending.attempt.typed.values():
        if isinstance(value, Path):  # a message may name the file and its columns
            typed += [value.name, *value.read_text(errors="replace").partition("\n")[0].split(",")]
    for sentence in page.locator(".error:visible, [role=alert]:visible").all_inner_texts():
        foreign = not_in(sending.language, sentence, typed)
        if foreign:
            yield f"not in the reader’s language ({foreign}): {sentence}"


def _what_was_typed(sending: Sending, shown: dict[str, str | None]) -> Iterator[str]:
    for name, text in shown.items():
        box = sending.page.locator(f"[id='{name}']")
        kept = box.evaluate(KEPT) if box.count() else None
        if text is not None and kept != text.replace("\0", ""):
            yield f"what was typed into {name} is lost: {kept}"


def _page(sending: Sending) -> Iterator[str]:
    page = sending.page
    spoken = page.locator("html").get_attribute("lang")
    if spoken != HTML_LANGUAGE[sending.language]:
        yield f"the page is in {spoken}"
    if sending.has_most_messages:
        yield from findings(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "wider than the screen"


def stored(site: Site) -> set[str]:
    """Write down what is stored, one row a line."""
    with site.database.reading() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name not in MAY_CHANGE]
        return {f"{table.name} {row}" for table in tables for row in session.execute(select(table))}
