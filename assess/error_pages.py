"""Refusals become pages: what happened in one sentence, and the next step. Nothing of the request is repeated."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from assess.accounts.errors import SpentLinkError, WrongRoleError
from assess.accounts.pages.cookies import is_under_app
from assess.errors import AssessError, InputError
from assess.localisation import gettext as _
from assess.reports.member.errors import OlderResultsError, UnknownUnitLinkError, WithdrawnResultsError
from assess.surveys.errors import (
    BlankAnswersError,
    CycleClosedError,
    CycleNotYetOpenError,
    NotAnEnvelopeError,
    UnknownCodeError,
)
from assess.surveys.member.limits import TooManyFailedCodesError


@dataclass(frozen=True)
class ErrorPage:
    """The words of one dead end, and where it leads on."""

    status: int
    heading: str
    text: str
    mark: str = "lost"
    hints: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    keep_draft: bool = False
    reference: str = ""


def register_error_pages(app: Flask) -> None:
    """Answer every refusal and every HTTP error with a page of ours, in the reader's language."""
    pages: dict[type[Exception], Callable[[], ErrorPage]] = {
        CycleNotYetOpenError: not_open_yet,
        CycleClosedError: closed,
        BlankAnswersError: blank,
        NotAnEnvelopeError: no_envelope,
        TooManyFailedCodesError: too_many_codes,
        SpentLinkError: spent_link,
        WrongRoleError: wrong_role,
        CSRFError: forged_form,
        UnknownUnitLinkError: unknown_unit_link,
        OlderResultsError: older_results,
    }
    for kind, page in pages.items():
        app.register_error_handler(kind, lambda _error, page=page: _answer(page()))
    app.register_error_handler(UnknownCodeError, lambda error: _answer(unknown_code(str(error))))
    app.register_error_handler(WithdrawnResultsError, lambda error: _answer(withdrawn_results(str(error))))
    app.register_error_handler(AssessError, _refusal)
    app.register_error_handler(HTTPException, _http_error)


def unknown_code(reason: str = "") -> ErrorPage:
    """Explain that the code in the address leads nowhere, and how codes get mistyped."""
    return ErrorPage(
        404,
        _("No survey has this link"),
        reason or _("The address of this page is no personal link, or only part of one."),
        hints=(
            _("Was it copied? Links in mails sometimes lose their last characters at a line break: copy all of it."),
            _("Was it typed? Compare character by character. There is no O, I, L or U in a code, only 0, 1 and V."),
            _("Is it from an earlier quarter? Then look for the latest invitation."),
        ),
        link=("/s", _("Type the code again")),
    )


def not_open_yet() -> ErrorPage:
    """Say that the link is right, only early; 409, because the same request will do later."""
    return ErrorPage(
        409,
        _("This survey has not opened yet"),
        _("Your link is right, only early. Open it again when the survey has begun; the date is in your invitation."),
        mark="envelope",
        hints=(_("Nothing was stored. Keep your personal link."),),
    )


def closed() -> ErrorPage:
    """Say that the survey is over and what comes next; to somebody who has just sent, that it came too late."""
    late = request.method == "POST"
    return ErrorPage(
        410,
        _("This survey has closed"),
        _("Your answers came after closing. They were not taken, and nothing of them was stored.")
        if late
        else _("The survey has closed; this link no longer leads anywhere."),
        mark="closed",
        hints=(
            _("Answers that were sent before closing are counted. What is sent now is not."),
            _("The results come once they are published."),
            _("Next quarter you get a new link."),
        ),
    )


def blank() -> ErrorPage:
    """Ask for at least one answer; the form says so itself, this is for whoever goes round it."""
    return ErrorPage(
        422,
        _("Nothing is answered yet"),
        _("Nothing is answered yet. Answer at least one item, then send."),
        hints=(_("Go back to the form with the Back button of your browser."),),
        keep_draft=True,
    )


def no_envelope() -> ErrorPage:
    """Say that only sealed answers are taken here; the draft of the tab is kept for the next try."""
    return ErrorPage(
        422,
        _("Your answers were not taken"),
        _("What arrived was not a sealed envelope of this survey, so nothing was stored."),
        hints=(
            _("Go back, reload the page and send again: your answers are still in that tab."),
            _("Does it happen again? Then open your link in another browser or on another device."),
        ),
        keep_draft=True,
    )


def unknown_unit_link() -> ErrorPage:
    """Explain that no team has this link to its results."""
    return ErrorPage(
        404,
        _("No team has this link"),
        _("The address of this page leads to no results, or only a part of it is left."),
        hints=(
            _("Was it copied? Links in mails sometimes lose their last characters at a line break: copy all of it."),
            _("The link to your team’s results is the same for everybody in it: ask a colleague for theirs."),
        ),
    )


def older_results() -> ErrorPage:
    """Say that the link was right once; 410, because it comes to no life again."""
    return ErrorPage(
        410,
        _("Newer results are out"),
        _("This link was for the results of an earlier quarter. It ended when newer ones were published."),
        mark="closed",
        hints=(_("Your team has a new link; ask HR or a colleague for it."),),
    )


def withdrawn_results(reason: str) -> ErrorPage:
    """Say that there are no such results any more, and why."""
    return ErrorPage(
        410,
        _("These results were withdrawn"),
        _("The results of this quarter are not shown any more. The reason: %(reason)s", reason=reason),
        mark="closed",
        hints=(_("No figure of them is used or compared any more."),),
    )


def too_many_codes() -> ErrorPage:
    """Ask somebody who tried many codes to wait; a valid link is never held up."""
    return ErrorPage(
        429,
        _("Too many wrong codes"),
        _("From your network, many codes were tried in the last minute that do not exist."),
        hints=(
            _("Wait one minute, then open your personal link again."),
            _("Compare the code with your invitation. There is no O, I, L or U in a code, only 0, 1 and V."),
        ),
        link=("/s", _("Type the code again")),
    )


def spent_link() -> ErrorPage:
    """Say that a one-time link leads nowhere any more, and who can send another."""
    return ErrorPage(
        410,
        _("This link can no longer be used"),
        _("It was used already, a newer one has replaced it, or it is out of date."),
        hints=(
            _("Have you set a password with it? Then sign in."),
            _("Otherwise ask whoever sent you the link for a new one."),
        ),
        link=("/app/sign-in", _("Sign in")),
    )


def wrong_role() -> ErrorPage:
    """Say that a page is for others, without showing anything of it."""
    return ErrorPage(
        403,
        _("This page is for others"),
        _("Your account has no part in what this page shows."),
        mark="closed",
        link=_home(),
    )


def forged_form() -> ErrorPage:
    """Refuse what carries no token of this browser: usually a page left open since another session."""
    return ErrorPage(
        400,
        _("This form is out of date"),
        _("The page was opened in an earlier session, or this browser takes no cookies from this site."),
        hints=(_("Nothing was changed. Open the page again and send once more."),),
        link=_home(),
    )


def _home() -> tuple[str, str]:
    return ("/app", _("To the start page")) if is_under_app(request.path) else ("/", _("To the start page"))


def _refusal(error: AssessError) -> ResponseReturnValue:
    status = 422 if isinstance(error, InputError) else 409
    return _answer(ErrorPage(status, _("This cannot be done"), str(error), link=_home()))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    page = _page_of_status_under_app if is_under_app(request.path) else _page_of_status
    return _answer(page(error.code or 500))


def _page_of_status_under_app(status: int) -> ErrorPage:
    if status == 404:
        return ErrorPage(404, _("Page not found"), _("There is nothing at this address."), link=_home())
    if status == 405:
        return ErrorPage(
            405, _("This page only shows something"), _("Nothing can be sent to this address."), link=_home()
        )
    if status == 413:
        text = _("What was sent is larger than this page can take.")
        return ErrorPage(413, _("Too much at once"), text, link=_home())
    if status >= 500:
        text = _("Something failed here, not on your side. What you sent may not have been taken.")
        hints = (_("Go back and try again in a few minutes."),)
        reference = g.get("reference", "")
        return ErrorPage(status, _("That did not work"), text, hints=hints, reference=reference)
    return ErrorPage(
        status, _("This request cannot be read"), _("The server could not read this request."), link=_home()
    )


def _page_of_status(status: int) -> ErrorPage:
    start = _home()
    if status == 404:
        text = _("There is nothing at this address.")
        hints = (_("A personal link begins with this site’s address, followed by /s/ and the code."),)
        return ErrorPage(404, _("Page not found"), text, hints=hints, link=("/s", _("Type the code")))
    if status == 405:
        return ErrorPage(
            405, _("This page only shows something"), _("Nothing can be sent to this address."), link=start
        )
    if status == 413:
        text = _("What was sent is longer than two full comments and was not taken.")
        hints = (_("Go back, shorten your comments to 1,000 characters each, and send again."),)
        return ErrorPage(413, _("Too much text"), text, hints=hints, keep_draft=True)
    if status >= 500:
        text = _("Something failed here, not on your side. What you sent may not have been taken.")
        hints = (_("Go back and send again in a few minutes: a second envelope replaces the first."),)
        reference = g.get("reference", "")
        return ErrorPage(status, _("That did not work"), text, hints=hints, keep_draft=True, reference=reference)
    text = _("The server could not read this request.")
    return ErrorPage(status, _("This request cannot be read"), text, link=start, keep_draft=True)


def _answer(page: ErrorPage) -> ResponseReturnValue:
    layout = "app/base.html" if is_under_app(request.path) else "surveys/member/base.html"
    return render_template("errors/error.html", page=page, layout=layout), page.status
