"""The logo and the accent colour on the pages of the site: a picture and a style sheet under the hash of the look."""

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.orm import Session

from assess.app.assets import Assets
from assess.errors import RefusalError
from assess.extensions import Database
from assess.looks.choosing import look_with
from assess.looks.look import Look
from assess.looks.on_pages import preview_stylesheet, small_logo, stylesheet

site_look = Blueprint("site_look", __name__)

COLOURS, PREVIEW, DRAWING = "colours.css", "preview.css", "image/svg+xml"
_KEPT = 8
_DIGITS = 64
_DAY = "public, max-age=86400"
# A drawing was cleaned of everything that acts; opened by itself it is still allowed nothing.
_ALONE = "sandbox; default-src 'none'"


@dataclass(frozen=True)
class SiteLook:
    """What pages print of a look: where its files are, whether it has colours, its logo if any."""

    sha256: str = ""
    accent: str = Look().accent
    has_colours: bool = False
    logo: str = ""

    @property
    def place(self) -> str:
        """Where its files are."""
        return f"/look/{self.sha256}"


@dataclass(frozen=True)
class _Parts:
    shown: SiteLook
    files: Mapping[str, tuple[bytes, str]]


class SiteLooks:
    """The looks a process has shown lately, made ready for pages once each."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Parts] = OrderedDict({"": _Parts(SiteLook(), {})})
        self._lock = Lock()

    def shown(self, session: Session, sha256: str) -> SiteLook:
        """Return what pages print of a look; the product's own for one that is not there."""
        return self._parts(session, sha256).shown

    def file(self, session: Session, sha256: str, name: str) -> tuple[bytes, str] | None:
        """Return the bytes and the type of one of its files."""
        return self._parts(session, sha256).files.get(name)

    def _parts(self, session: Session, sha256: str) -> _Parts:
        with self._lock:
            found = self._kept.get(sha256)
            if found is None:
                try:
                    found = self._kept[sha256] = _ready(look_with(session, sha256))
                except RefusalError:
                    return self._kept[""]
                while len(self._kept) > _KEPT:
                    self._kept.pop(next(key for key in self._kept if key))
            return found


@site_look.get("/look/<sha256>/<name>")
def look_file(sha256: str, name: str) -> Response:
    """Serve a style sheet or the logo of a look the installation has or had."""
    if len(sha256) != _DIGITS or not sha256.isascii() or not sha256.isalnum():
        abort(404)
    looks: SiteLooks = current_app.extensions["assess.site_looks"]
    database: Database = current_app.extensions["assess.database"]
    with database.reading() as session:
        found = looks.file(session, sha256, COLOURS if _is_bundle(name) else name)
    if found is None:
        abort(404)
    content, content_type = found
    if _is_bundle(name):
        content = (_assets().plain(name) or b"") + b"\n" + content
    response = Response(content, content_type=content_type, headers={"Cache-Control": _DAY, "Vary": "Accept-Encoding"})
    if content_type == DRAWING:
        response.headers["Content-Security-Policy"] = _ALONE
    if content_type != "image/png" and request.accept_encodings["gzip"] > 0:
        response.data = _packed(content)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_bundle(name: str) -> bool:
    """Whether a name is that of a style sheet of the site."""
    return name.endswith(".css") and _assets().plain(name) is not None


def _assets() -> Assets:
    assets: Assets = current_app.extensions["assess.assets"]
    return assets


@lru_cache(maxsize=16)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _ready(look: Look) -> _Parts:
    files: dict[str, tuple[bytes, str]] = {}
    logo, style = "", "text/css; charset=utf-8"
    if look.accent_set:
        files[COLOURS] = stylesheet(look), style
        files[PREVIEW] = preview_stylesheet(look), style
    small = None if look.logo is None else small_logo(look.logo)
    if small is not None:
        name = "logo.svg" if small.content_type == DRAWING else "logo.png"
        files[name] = small.content, small.content_type
        logo = f"/look/{look.sha256}/{name}"
    return _Parts(SiteLook(look.sha256, look.accent, bool(look.accent_set), logo), files)
