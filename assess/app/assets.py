"""Style and script: bundled, hashed and compressed once at start, then served from memory for a year."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Request, Response, abort

from assess.surveys.member.sealing_script import PLAIN_SCRIPTS, in_one_block

_BUNDLES: dict[str, tuple[str, ...]] = {
    "site.css": ("tokens.css", "base.css", "member.css"),
    "report.css": ("results.css", "report.css"),
    "app.css": (
        "tokens.css",
        "base.css",
        "app.css",
        "holder.css",
        "people.css",
        "charts.css",
        "cycles.css",
        "settings.css",
    ),
    "results.css": ("tokens.css", "base.css", "results.css"),
    "leader.css": ("results.css", "leader.css"),
    "member.js": PLAIN_SCRIPTS,
    "holder.js": (
        *("sealing/bytes.js", "sealing/hpke.js", "sealing/seal.js", "sealing/open.js", "sealing/answers.js"),
        *("holder/code.js", "holder/keys.js", "holder/residual.js", "holder/answers.js", "holder/opening.js"),
        *("holder/page.js", "holder/setup.js", "holder/trial.js", "holder/main.js"),
    ),
    "progress.js": ("results/progress.js",),
    "passkey.js": ("passkey/passkey.js",),
    "icon.svg": ("icon.svg",),
}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file as it travels, plain and compressed."""

    content_type: str
    plain: bytes
    compressed: bytes


class Assets:
    """All files of the site under names that change with their content."""

    def __init__(self, assets: dict[str, Asset], names: dict[str, str]) -> None:
        self._assets = assets
        self._names = names

    @classmethod
    def load(cls, folder: Path) -> "Assets":
        """Read and bundle the files in `folder`."""
        assets: dict[str, Asset] = {}
        names: dict[str, str] = {}
        for name, parts in _BUNDLES.items():
            suffix = Path(name).suffix
            plain = in_one_block(folder, parts) if suffix == ".js" else _joined(folder, parts)
            hashed = f"{Path(name).stem}.{hashlib.sha256(plain).hexdigest()[:12]}{suffix}"
            assets[hashed] = Asset(_TYPES[suffix], plain, gzip.compress(plain, 9, mtime=0))
            names[name] = hashed
        return cls(assets, names)

    def url(self, name: str) -> str:
        """Address of a bundle, for templates; an unknown name is a programming error."""
        return f"/static/{self._names[name]}"

    def plain(self, name: str) -> bytes | None:
        """Return a file as it is; None for a name of no file."""
        asset = self._assets.get(name)
        return None if asset is None else asset.plain

    def response(self, name: str, request: Request) -> Response:
        """Answer with the file, compressed where the browser accepts that."""
        asset = self._assets.get(name)
        if asset is None:
            abort(404)
        compressed = request.accept_encodings["gzip"] > 0
        response = Response(asset.compressed if compressed else asset.plain, content_type=asset.content_type)
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _joined(folder: Path, parts: Iterable[str]) -> bytes:
    return b"\n".join((folder / part).read_bytes() for part in parts)
