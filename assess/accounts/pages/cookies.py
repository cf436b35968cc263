"""One cookie, under `/app` only: a random token and nothing else.

Before sign-in the token only ties a form to the browser that asked for it; at sign-in it is replaced by one the
database knows. The value that forms carry against forgery is computed from the token, so that nothing is stored for it.
A cookie with the prefix `__Host-` would need the path `/` and would travel to the pages of members too.
"""

import hashlib
import hmac
from typing import cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin

from assess.accounts.tokens import new_token, read_token

PATH = "/app"
SECURE_NAME = "__Secure-assess"
PLAIN_NAME = "assess"
FORM_FIELD = "csrf_token"


def is_under_app(path: str) -> bool:
    """Whether a path belongs to people who sign in, by the rule browsers use for a cookie's path."""
    return path == PATH or path.startswith(f"{PATH}/")


class Browser(dict[str, str], SessionMixin):
    """What a browser under `/app` came with: its token, or a fresh one that is only handed out if a form needs it."""

    def __init__(self, secret: bytes, token: str | None) -> None:
        self._secret = secret
        self.came_with = token
        self.to_forget = False
        self.to_hand_out = False
        self._take(token or new_token())

    def __getitem__(self, name: str) -> str:
        """Hand the token out as soon as a form is tied to it."""
        if name == FORM_FIELD and self.came_with is None:
            self.to_hand_out = True
        return super().__getitem__(name)

    def carry(self, token: str) -> None:
        """Replace the token by that of a session that has just begun."""
        self.to_hand_out, self.to_forget = True, False
        self._take(token)

    def hand_out(self) -> None:
        """Give the browser its token before it leaves the site, so that it is known when it comes back."""
        self.to_hand_out = self.came_with is None

    def forget(self) -> None:
        """Take the cookie back."""
        self.to_hand_out, self.to_forget = False, True

    def _take(self, token: str) -> None:
        self.token = token
        self[FORM_FIELD] = hmac.digest(self._secret, b"assess/form" + token.encode(), hashlib.sha256).hex()


class AppCookies(SessionInterface):
    """Opens sessions under `/app`; anywhere else there is none, and no cookie is read or set."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._secret = secret
        self._secure = secure
        self.name = SECURE_NAME if secure else PLAIN_NAME

    def open_session(self, app: Flask, request: Request) -> Browser | None:  # noqa: ARG002 - signature of Flask
        """Read the token; None outside `/app` makes Flask refuse every use of a session."""
        if not is_under_app(request.path):
            return None
        return Browser(self._secret, read_token(request.cookies.get(self.name)))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - same
        """Set or take back the cookie where the request asked for it."""
        if not isinstance(session, Browser):
            return
        if session.to_forget:
            response.delete_cookie(self.name, path=PATH, secure=self._secure, httponly=True, samesite="Lax")
        elif session.to_hand_out:
            response.set_cookie(self.name, session.token, path=PATH, secure=self._secure, httponly=True, samesite="Lax")


def browser() -> Browser:
    """Return what the browser of this request came with; only under `/app`."""
    return cast("Browser", session)
