"""Which comments may be shown where (design, Settled: comments).

Bottom-up and per prompt: a released node shows the comments of writers below it that are not shown yet, if what it
would show has at least ten writers; otherwise they move up, and what is left at the top is dropped. A language appears
only with at least three comments; the others do not count and move up too. Everybody writes at most one comment to a
prompt.
"""

import re
from collections.abc import Mapping, Sequence
from random import SystemRandom

from assess.scoring.engine import CycleScores

LANGUAGE_MINIMUM = 3
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def comment_language(text: str) -> str:
    """Say `zh` if there is any Han character, else `en`."""
    return "zh" if _HAN.search(text) else "en"


def released_comments(
    scores: CycleScores, written: Mapping[str, Sequence[tuple[int, str]]], *, minimum: int
) -> dict[str, dict[str, list[str]]]:
    """Distribute comments: per prompt the node and text of each go in, texts per node name and prompt come out.

    The order of the texts is drawn at random and means nothing.
    """
    result: dict[str, dict[str, list[str]]] = {}
    tree = scores.tree
    for prompt, comments in written.items():
        waiting: dict[int, list[str]] = {}
        for node, text in comments:
            waiting.setdefault(node, []).append(text)
        for level in reversed(tree.levels):
            for node in level.tolist():
                texts = waiting.pop(node, [])
                shown, left = _split(texts, minimum) if scores.pattern.published[node] else ([], texts)
                if shown:
                    SystemRandom().shuffle(shown)
                    result.setdefault(tree.names[node], {})[prompt] = shown
                above = int(tree.parents[node])
                if above >= 0:
                    waiting.setdefault(above, []).extend(left)
    return result


def _split(texts: list[str], minimum: int) -> tuple[list[str], list[str]]:
    """Divide into shown and left: languages with three comments, if together they have enough writers; else nothing."""
    by_language: dict[str, list[str]] = {}
    for text in texts:
        by_language.setdefault(comment_language(text), []).append(text)
    enough = {language for language, group in by_language.items() if len(group) >= LANGUAGE_MINIMUM}
    shown = [text for language in sorted(enough) for text in by_language[language]]
    if len(shown) < minimum:
        return [], texts
    left = [text for language in sorted(set(by_language) - enough) for text in by_language[language]]
    return shown, left
