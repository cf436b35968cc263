"""Where to go after signing in: only to a page of this site under `/app`, whatever the address asks for."""

import re
from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

HOME = "/app"
_PATH = re.compile(r"/app(/[A-Za-z0-9._~-]+)*")
_LONGEST = 200
_BEFORE = {"accounts.sign_in_page", "second_step.code_page"}


def next_page(asked: str | None) -> str:
    """Return `asked` if it is the path of a page that can be looked at, else the home page.

    The pattern leaves no room for a host, a backslash, a query or an encoded sign; then the url map must know it.
    """
    if not asked or len(asked) > _LONGEST or _PATH.fullmatch(asked) is None:
        return HOME
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is not None and adapter.match(asked, method="GET")[0] not in _BEFORE:
            return asked
    except (HTTPException, RequestRedirect):
        return HOME
    return HOME


def second_step_address(asked: str | None) -> str:
    """Write the address of the second step, with the page to go to afterwards."""
    target = next_page(asked)
    return "/app/sign-in/code" + ("" if target == HOME else f"?next={quote(target)}")
