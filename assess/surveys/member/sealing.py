"""What a member's browser needs to seal, and the reading of what it sends."""

import base64
import binascii
import json
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from assess.surveys.answers import AnswerSheet
from assess.surveys.envelopes.models import BODY_LENGTHS
from assess.surveys.envelopes.seal import FORMAT
from assess.surveys.instruments import Instrument
from assess.tables.labels import listed

_FROM_BASE64URL = bytes.maketrans(b"-_", b"+/")
SEALED = "sealed"
"""The one field of the form at level `anonymous`."""


@dataclass(frozen=True)
class Sealing:
    """The public values under which a page seals; the same for every member of the cycle."""

    script_sha256: str
    integrity: str
    cycle: str
    contract_sha256: str
    recipients: tuple[str, ...]
    items: tuple[str, ...]
    prompts: tuple[str, ...]


def sealing_of(contract: bytes, contract_sha256: bytes, asked: Instrument) -> Sealing:
    """Take them from a contract of level `anonymous` and the frozen instrument."""
    content = json.loads(contract)
    sheet = AnswerSheet.of(asked)
    script = str(content["sealing_script_sha256"])
    return Sealing(
        script_sha256=script,
        integrity="sha256-" + base64.b64encode(bytes.fromhex(script)).decode(),
        cycle=content["cycle_id"],
        contract_sha256=contract_sha256.hex(),
        recipients=tuple(content["recipients"]),
        items=tuple(code for code, _lo, _hi in sheet.items),
        prompts=sheet.prompts,
    )


def holder_names(contract: bytes) -> str:
    """Join the names of the key holders in the reader's language; empty at level `confidential`."""
    return listed(str(holder["name"]) for holder in json.loads(contract)["key_holders"])


def sealed_body(form: MultiDict[str, str]) -> bytes | None:
    """Read the envelope out of a form that may hold nothing else, and that once; None where there is none.

    Whether it can be opened, nobody here can know: that is counted at opening.
    """
    fields = list(form.items(multi=True))
    if len(fields) != 1 or fields[0][0] != SEALED:
        return None
    try:
        text = fields[0][1].encode("ascii").translate(_FROM_BASE64URL)
        body = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except ValueError:
        return None
    n = body[1] if len(body) > 1 and body[0] == FORMAT else 0
    return body if 1 <= n <= len(BODY_LENGTHS) and len(body) == BODY_LENGTHS[n - 1] else None
