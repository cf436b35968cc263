"""The opening as files: everything sealed in one JSON file, and what came out in another (`assess open`).

Both are for a key holder who trusts their own computer more than a page that the server delivers.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec

from assess.errors import InputError
from assess.localisation import gettext as _
from assess.scoring.tree import Tree
from assess.surveys.answers import AnswerSheet
from assess.surveys.cycle_tree import CycleTree
from assess.surveys.envelopes.opened import NO_ANSWER, Opened, without_small_groups
from assess.surveys.envelopes.opening import decrypt
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.errors import WrongCodeError
from assess.surveys.holders.codes import unwrap
from assess.surveys.holders.opening import StartedOpening

FORMAT = "assess/sealed/1"
OPENED_FORMAT = "assess/opened/1"

Content = Mapping[str, Any]


def sealed_file(
    quarter: str, started: StartedOpening, sealed: Sequence[Sequence[Any]], keys: Sequence[tuple[bytes, bytes]]
) -> dict[str, Any]:
    """Put all that an opening needs into one JSON object; `sealed` are (token, body), `keys` (public, wrapped)."""
    return {
        "format": FORMAT,
        "quarter": quarter,
        **started_json(started),
        "keys": [{"public_key": _text(public), "wrapped_key": _text(wrapped)} for public, wrapped in keys],
        "answers": [[token, _text(body)] for token, body in sealed],
    }


def started_json(started: StartedOpening) -> dict[str, Any]:
    """Write what a started opening is told."""
    tree = started.tree
    return {
        "opening": started.opening.hex(),
        "context": _text(started.context),
        "sealed": started.sealed,
        "pieces": started.pieces,
        "minimum": started.minimum,
        "items": [list(limits) for limits in started.items],
        "prompts": list(started.prompts),
        "tree": {
            "tokens": list(tree.tokens),
            "parents": list(tree.parents),
            "ranks": list(tree.ranks),
            "allowed": list(tree.allowed),
            "hidden_before": list(tree.hidden_before),
        },
    }


def open_sealed_file(text: bytes, code: str) -> dict[str, Any]:
    """Open a sealed file with an opening code; returns what is to be handed back.

    InputError for what is no such file, WrongCodeError where the code fits none of its keys.
    """
    content = _read(text, FORMAT)
    try:
        keys = [base64.b64decode(key["wrapped_key"]) for key in content["keys"]]
        answers = [(token, base64.b64decode(body)) for token, body in content["answers"]]
        context = base64.b64decode(content["context"])
        tree, sheet = _tree(content), _sheet(content)
        opening = str(content["opening"])
        kept = np.array(content["tree"]["allowed"], dtype=np.bool_)
    except (KeyError, TypeError, ValueError) as error:
        raise no_such_file() from error
    opened = without_small_groups(decrypt(answers, _unwrapped(code, keys), context, sheet), tree, kept)
    return _opened_file(opening, opened)


def read_opened_file(text: bytes) -> Content:
    """Read what `open_sealed_file` wrote; InputError for anything else."""
    content = _read(text, OPENED_FORMAT)
    if not {"opening", "ratings", "comments", "readable", "unreadable", "copies"} <= set(content):
        raise no_such_file()
    return content


def _opened_file(opening: str, opened: Opened) -> dict[str, Any]:
    return {
        "format": OPENED_FORMAT,
        "opening": opening,
        "readable": len(opened.ratings),
        "unreadable": opened.unreadable,
        "copies": opened.copies,
        "ratings": [
            [label, [None if value == NO_ANSWER else value for value in np.frombuffer(ratings, dtype=np.int8).tolist()]]
            for label, ratings in opened.ratings
        ],
        "comments": [list(comment) for comment in opened.comments],
    }


def _unwrapped(code: str, wrapped: Sequence[bytes]) -> list[ec.EllipticCurvePrivateKey]:
    """Unwrap what the code opens: codes of keys made earlier or later open nothing here."""
    found: dict[bytes, ec.EllipticCurvePrivateKey] = {}
    failed: WrongCodeError | None = None
    for part in wrapped:
        try:
            key = unwrap(code, part)
        except WrongCodeError as error:
            failed = error
        else:
            found[public_bytes(key)] = key
    if not found:
        raise failed or no_such_file()
    return list(found.values())


def _tree(content: Content) -> CycleTree:
    """Build the tree of tokens; ranks stand for names, so that ties are settled as on the server."""
    tree = content["tree"]
    tokens = tuple(str(token) for token in tree["tokens"])
    names = tuple(f"{rank:09d}" for rank in tree["ranks"])
    return CycleTree(
        tree=Tree(names, np.array(tree["parents"], dtype=np.int32), np.zeros(len(names), dtype=np.int32)),
        ids=tokens,
        places={token: place for place, token in enumerate(tokens)},
        minimum=int(content["minimum"]),
        hidden_before=frozenset(token for token, before in zip(tokens, tree["hidden_before"], strict=True) if before),
    )


def _sheet(content: Content) -> AnswerSheet:
    """Read the limits of the items, which have numbers instead of codes here."""
    items = tuple((str(place), int(lo), int(hi)) for place, (lo, hi) in enumerate(content["items"]))
    return AnswerSheet(items, tuple(str(prompt) for prompt in content["prompts"]))


def _read(text: bytes, expected: str) -> Content:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise no_such_file() from error
    if not isinstance(content, dict) or content.get("format") != expected:
        raise no_such_file()
    return content


def no_such_file() -> InputError:
    """Say that this is not the file it should be."""
    return InputError(_("This is no file of sealed or opened answers; download it again from your key holder's page."))


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
