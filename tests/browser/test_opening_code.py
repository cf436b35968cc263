"""Opening codes, wrapped keys and opened answers: browser and Python read and refuse the same."""

import json
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from assess.surveys.answers import PLAIN_BYTES, AnswerSheet
from assess.surveys.envelopes.links import ALPHABET
from assess.surveys.envelopes.seal import public_bytes, seal, sealing_context
from assess.surveys.errors import BlankAnswersError, UnusableAnswersError, WrongCodeError
from assess.surveys.holders.codes import new_code, read_opening_code, unwrap, wrap, write_opening_code
from assess.surveys.instruments import load_instrument
from tests.browser.bench import SEALING, Bench, b64, unb64, workbench

pytestmark = pytest.mark.browser

HOLDING = ("holder/code.js", "holder/keys.js", "holder/residual.js", "holder/answers.js", "holder/opening.js")
SHEET = AnswerSheet.of(load_instrument("team24").effective(()))
SCALES = [[lo, hi] for _code, lo, hi in SHEET.items]
READ = "(typed) => { const read = readCode(typed); return read.secret ? toBase64(read.secret) : read; }"


@pytest.fixture(scope="module")
def bench(chromium: Browser) -> Iterator[Bench]:
    with workbench(chromium, *SEALING, *HOLDING) as bench:
        yield bench


def python_reads(typed: str) -> bytes | str:
    try:
        return read_opening_code(typed)
    except WrongCodeError as error:
        return str(error)


@settings(max_examples=150, deadline=None)
@given(secret=st.binary(min_size=16, max_size=16))
def test_both_write_the_same_code(bench: Bench, secret: bytes) -> None:
    assert bench.run("(secret) => writeCode(fromBase64(secret))", b64(secret)) == write_opening_code(secret)


@settings(max_examples=300, deadline=None)
@given(
    secret=st.binary(min_size=16, max_size=16),
    damage=st.lists(st.tuples(st.integers(0, 27), st.sampled_from(ALPHABET + "ouiIlLU-. é\u00a0")), max_size=3),
    cut=st.sampled_from([0, 0, 0, 1, 5]),
)
def test_both_read_and_refuse_the_same(bench: Bench, secret: bytes, damage: list[tuple[int, str]], cut: int) -> None:
    letters = list(write_opening_code(secret).replace("-", ""))
    for place, letter in damage:
        letters[place] = letter
    typed = "".join(letters[: 28 - cut])
    wanted, got = python_reads(typed), bench.run(READ, typed)
    if isinstance(wanted, bytes):
        assert unb64(got) == wanted
        return
    said = {
        "empty": "Type the opening code.",
        "sign": f"“{got.get('sign')}” does not occur",
        "length": f"has {got.get('want')} characters; this one has {got.get('have')}.",
        "group": f"Group {got.get('group')} is wrong",
        "several": "More than one character is wrong",
    }[got["fault"]]
    assert said in wanted


def test_what_python_wraps_the_browser_unwraps_and_the_other_way_round(bench: Bench) -> None:
    key, code = ec.generate_private_key(ec.SECP256R1()), new_code()
    body = seal(b"sample", [public_bytes(key)], sealing_context(bytes(16), bytes(32)))
    opened = bench.run(
        """async ({code, keys, body, context}) => {
          const [holder] = await unwrapKeys(readCode(code).secret, keys);
          return UTF8.decode(await openEnvelope(fromBase64(body), holder, fromBase64(context))).trimEnd();
        }""",
        {
            "code": code.lower(),
            "keys": [{"public_key": b64(public_bytes(key)), "wrapped_key": b64(wrap(code, key))}],
            "body": b64(body),
            "context": b64(sealing_context(bytes(16), bytes(32))),
        },
    )
    assert opened == "sample"
    made = bench.run(
        """async () => { const key = await makeKey();
          return {code: key.code, publicKey: toBase64(key.publicKey), wrappedKey: toBase64(key.wrappedKey)}; }"""
    )
    assert public_bytes(unwrap(made["code"], unb64(made["wrappedKey"]))) == unb64(made["publicKey"])
    assert len(unb64(made["publicKey"])) == 65
    assert len(unb64(made["wrappedKey"])) == 1 + 16 + 12 + 138 + 16


def test_a_wrong_code_and_a_broken_key_look_the_same_in_the_browser(bench: Bench) -> None:
    key, code = ec.generate_private_key(ec.SECP256R1()), new_code()
    wrapped = wrap(code, key)
    broken = [wrapped[:-1], b"\x02" + wrapped[1:], b"", wrapped[:20], wrapped[:-1] + bytes([wrapped[-1] ^ 1])]
    cases = [(code, data) for data in broken] + [(new_code(), wrapped)]
    for typed, data in cases:
        keys = [{"public_key": b64(public_bytes(key)), "wrapped_key": b64(data)}]
        argument = {"code": typed, "keys": keys}
        assert bench.run("async ({code, keys}) => unwrapKeys(readCode(code).secret, keys)", argument) == []


def python_decodes(plain: bytes) -> list[object] | None:
    try:
        answers = SHEET.decode(plain.rstrip(b" "))
    except (UnusableAnswersError, BlankAnswersError):
        return None
    return [[answers.ratings.get(code) for code, _lo, _hi in SHEET.items], sorted(answers.comments.items())]


def browser_decodes(bench: Bench, plain: bytes) -> list[object] | None:
    argument = {"plain": b64(plain.ljust(PLAIN_BYTES)), "items": SCALES, "prompts": list(SHEET.prompts)}
    read = bench.run("({plain, items, prompts}) => readAnswers(fromBase64(plain), items, prompts)", argument)
    return read and [read["ratings"], sorted((prompt, text) for prompt, text in read["comments"])]


NOBODY: list[object] = [None] * len(SCALES)


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"ratings":[],"comments":{}}',
        b"[" * 4000,
        b'{"ratings":[],"comments":{}}',
        json.dumps({"ratings": NOBODY, "comments": {}}).encode(),
        json.dumps({"ratings": [5, *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": [5, *NOBODY[1:]], "comments": {}, "when": 1}).encode(),
        json.dumps({"ratings": [5, *NOBODY[1:]], "comments": []}).encode(),
        json.dumps({"ratings": [5, *NOBODY[1:]], "comments": {"CMT1": 4}}).encode(),
        json.dumps({"ratings": [6, *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": [0, *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": [True, *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": ["5", *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": [4.5, *NOBODY[1:]], "comments": {}}).encode(),
        json.dumps({"ratings": NOBODY[1:], "comments": {"CMT1": "x"}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT9": "x"}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT9": "  ", "CMT1": "x"}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"__proto__": "x"}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT1": "x" * 1001}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT1": "🙂" * 874}}, ensure_ascii=False).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT1": "🙂" * 875}}, ensure_ascii=False).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT1": "\ud83d \u0085\u0001 "}}).encode(),
        json.dumps({"ratings": NOBODY, "comments": {"CMT1": "\ufeff"}}).encode(),
        b'{"ratings":[NaN' + b",null" * (len(SCALES) - 1) + b'],"comments":{}}',
    ],
)
def test_both_take_and_refuse_the_same_plain_texts(bench: Bench, plain: bytes) -> None:
    assert browser_decodes(bench, plain) == python_decodes(plain)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=30))
def test_both_tidy_comments_alike(bench: Bench, text: str) -> None:
    plain = json.dumps({"ratings": NOBODY, "comments": {"CMT1": text}}).encode()
    assert browser_decodes(bench, plain) == python_decodes(plain)


def test_shuffling_is_fair_and_loses_nothing(bench: Bench) -> None:
    counts = bench.run(
        """() => { const counts = {};
          for (let round = 0; round < 6000; round += 1) { const order = shuffle([0, 1, 2]).join("");
            counts[order] = (counts[order] || 0) + 1; } return counts; }"""
    )
    assert sorted(counts) == ["012", "021", "102", "120", "201", "210"]
    # Chi-square with 5 degrees of freedom: more than 30 comes once in 70,000 fair runs.
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 30
    assert sorted(bench.run("() => shuffle(Array.from({length: 999}, (_, i) => i))")) == list(range(999))


def test_pieces_are_of_bounded_size_and_never_none(bench: Bench) -> None:
    sizes = bench.run("() => [0, 1, 5, 6].map((n) => inPieces(new Array(n).fill(0), 5).map((piece) => piece.length))")
    assert sizes == [[0], [1], [5], [5, 1]]
