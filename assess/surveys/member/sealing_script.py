"""The one script of an anonymous cycle's member pages, as bytes: frozen when the cycle opens.

Its SHA-256 stands in the contract and beside the address in the page, so a browser runs exactly these bytes or none,
whatever has been upgraded since.
"""

from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable

_ANSWERING = ("member/draft.js", "member/review.js", "member/steps.js", "member/main.js")
_SEALING = ("sealing/hpke.js", "sealing/seal.js", "sealing/answers.js", "sealing/form.js")
PLAIN_SCRIPTS = ("sealing/bytes.js", "member/plain.js", *_ANSWERING)
SEALING_SCRIPTS = ("sealing/bytes.js", *_SEALING, *_ANSWERING)


def current_sealing_script() -> bytes:
    """Return what a cycle that opens now keeps and serves until it closes."""
    return in_one_block(resources.files("assess") / "static", SEALING_SCRIPTS)


def in_one_block(folder: Traversable, names: Sequence[str]) -> bytes:
    """Join scripts into one block: the parts see each other, the page sees none of them."""
    parts = b"\n".join(folder.joinpath(name).read_bytes() for name in names)
    return b'"use strict";{\n' + parts + b"\n}\n"
