"""What a member's browser needs to seal, and the reading of what it sends."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from assess.localisation import current_language
from assess.surveys.answers import AnswerSheet
from assess.surveys.envelopes.models import BODY_LENGTHS
from assess.surveys.envelopes.seal import FORMAT
from assess.surveys.errors import NotAnEnvelopeError
from assess.surveys.instruments import Instrument

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
    separator = "、" if current_language() == "zh" else ", "
    return separator.join(str(holder["name"]) for holder in json.loads(contract)["key_holders"])


def sealed_body(sent: Mapping[str, str], recipients: int) -> bytes:
    """Read the envelope out of a form that may hold nothing else; NotAnEnvelopeError otherwise.

    Whether it can be opened, nobody here can know: that is counted at opening.
    """
    if set(sent) != {SEALED}:
        raise NotAnEnvelopeError
    text = sent[SEALED].translate(str.maketrans("-_", "+/"))
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAnEnvelopeError from error
    if len(body) != BODY_LENGTHS[recipients - 1] or body[:2] != bytes([FORMAT, recipients]):
        raise NotAnEnvelopeError
    return body
