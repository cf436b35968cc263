"""Comments of the demo: who writes, in which language, and what; no sentence twice in a quarter."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from assess.demo.company import DIMENSIONS, SEED, Team
from assess.demo.people import Member

WRITING = 31  # name of the stream of random numbers
BOTH = 0.5  # share of writers who fill both fields


def draw_comments(
    team: Team, function: str, members: Sequence[Member], *, quarter: int, number: int, taken: set[str]
) -> list[Mapping[str, str]]:
    """Draw what each of these people writes; an empty mapping for who writes nothing.

    `taken` holds what others have written in this quarter and grows by what these write.
    """
    rng = np.random.default_rng([SEED, WRITING, quarter, number])
    level = team.level(quarter)
    lowest, highest = DIMENSIONS[int(np.argmin(level))], DIMENSIONS[int(np.argmax(level))]
    pools = {
        ("CMT1", language): _mixed(rng, [_texts("keep_in", function, language), _texts("keep", highest, language)])
        + _mixed(rng, [_texts("keep", d, language) for d in DIMENSIONS if d != highest])
        for language in ("zh", "en")
    } | {
        ("CMT2", language): _mixed(rng, [_texts("change_in", function, language), _texts("change", lowest, language)])
        + _mixed(rng, [_texts("change", d, language) for d in DIMENSIONS if d != lowest])
        for language in ("zh", "en")
    }
    result: list[Mapping[str, str]] = []
    for member in members:
        language = "en" if member.english else "zh"
        written: dict[str, str] = {}
        if rng.random() < team.writes:
            prompts = ["CMT1", "CMT2"] if rng.random() < BOTH + team.writes / 2 else [str(rng.choice(["CMT1", "CMT2"]))]
            for prompt in prompts:
                text = next((text for text in pools[prompt, language] if text not in taken), None)
                if text is not None:
                    written[prompt] = text
                    taken.add(text)
        result.append(written)
    return result


def _mixed(rng: np.random.Generator, parts: Sequence[Sequence[str]]) -> list[str]:
    together = [text for part in parts for text in part]
    return [together[place] for place in rng.permutation(len(together))]


def _texts(kind: str, name: str, language: str) -> Sequence[str]:
    texts: Sequence[str] = _all()[kind][name][language]
    return texts


@cache
def _all() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("assess.demo") / "comments.toml").read_text(encoding="utf-8"))
