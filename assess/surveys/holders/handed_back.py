"""Reading what a key holder hands back: whoever sent it, nothing but valid answers of known groups gets in."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any

import numpy as np

from assess.errors import AssessError, RefusalError
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.cycle_tree import CycleTree
from assess.surveys.envelopes.opened import Opened, rating_bytes


@dataclass(frozen=True)
class Counts:
    """What the holder says of the whole: answers read, envelopes without a valid answer, copies, and pieces sent."""

    readable: int
    unreadable: int
    copies: int
    ratings_pieces: int
    comments_pieces: int


class HandedBack:
    """Checks the pieces of one opening; `labels` gives the node's label by token."""

    def __init__(self, labels: Mapping[str, str], sheet: AnswerSheet) -> None:
        self._labels, self._sheet = labels, sheet

    def read(self, pieces: Iterable[tuple[str, int, bytes]], counts: Counts, *, sealed: int) -> Opened:
        """Put (kind, number, JSON) pieces together; RefusalError unless they are complete and add up to `sealed`.

        An answer that does not fit the questionnaire counts as unreadable; a comment that does not fit is dropped.
        """
        rows: dict[str, list[Any]] = {"ratings": [], "comments": []}
        seen: Counter[str] = Counter()
        for kind, number, body in pieces:
            if number != seen[kind]:
                raise _incomplete()
            rows[kind] += _list(body)
            seen[kind] += 1
        if seen != Counter(ratings=counts.ratings_pieces, comments=counts.comments_pieces):
            raise _incomplete()
        if len(rows["ratings"]) != counts.readable or min(counts.readable, counts.unreadable, counts.copies) < 0:
            raise _does_not_add_up()
        if counts.readable + counts.unreadable + counts.copies != sealed:
            raise _does_not_add_up()
        ratings = [rating for row in rows["ratings"] if (rating := self._rating(row)) is not None]
        comments = [comment for row in rows["comments"] if (comment := self._comment(row)) is not None]
        if any(number > len(rows["ratings"]) for number in Counter(prompt for _l, prompt, _t in comments).values()):
            raise _does_not_add_up()
        SystemRandom().shuffle(ratings)
        SystemRandom().shuffle(comments)
        refused = counts.readable - len(ratings)
        return Opened(tuple(ratings), tuple(comments), counts.unreadable + refused, counts.copies)

    def hold_to_envelopes(self, opened: Opened, tree: CycleTree, envelopes: Mapping[str, int]) -> None:
        """Refuse more answers in or below a node than envelopes were handed in there."""
        given = tree.direct(Counter(label for label, _ratings in opened.ratings))
        handed_in = np.asarray(tree.tree.sum_upwards(tree.direct(envelopes)))
        if bool((np.asarray(tree.tree.sum_upwards(given)) > handed_in).any()):
            raise _does_not_add_up()

    def _rating(self, row: object) -> tuple[str, bytes] | None:
        """Read [token, [rating or null, …]]; None where it does not fit the questionnaire."""
        token, ratings = _parts(row, 2)
        label = self._label(token)
        if not isinstance(ratings, list) or len(ratings) != len(self._sheet.items):
            return None
        given = {self._sheet.items[i][0]: value for i, value in enumerate(ratings) if value is not None}
        if not given:  # somebody who wrote a comment only
            return label, rating_bytes(PlainAnswers(), self._sheet)
        try:
            return label, rating_bytes(self._sheet.check(PlainAnswers(given)), self._sheet)
        except AssessError:
            return None

    def _comment(self, row: object) -> tuple[str, str, str] | None:
        """Read [token, prompt, text]; None where it does not fit the questionnaire."""
        token, prompt, text = _parts(row, 3)
        label = self._label(token)
        if not isinstance(prompt, str) or not isinstance(text, str):
            return None
        try:
            checked = self._sheet.check(PlainAnswers({}, {prompt: text}))
        except AssessError:
            return None
        return label, prompt, checked.comments[prompt]

    def _label(self, token: object) -> str:
        if not isinstance(token, str) or token not in self._labels:
            raise RefusalError(_("What was handed back names a group that is not there; nothing was taken over."))
        return self._labels[token]


def relabelled(opened: Opened, labels: Mapping[str, str]) -> Opened:
    """Put other labels on everything, such as tokens for names."""
    return replace(
        opened,
        ratings=tuple((labels[label], ratings) for label, ratings in opened.ratings),
        comments=tuple((labels[label], prompt, text) for label, prompt, text in opened.comments),
    )


def _list(body: bytes) -> list[Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _incomplete() from error
    if not isinstance(content, list):
        raise _incomplete()
    return content


def _parts(row: object, number: int) -> list[Any]:
    if not isinstance(row, list) or len(row) != number:
        raise _incomplete()
    return row


def _incomplete() -> RefusalError:
    return RefusalError(_("What was handed back is not complete; nothing was taken over. Start the opening again."))


def _does_not_add_up() -> RefusalError:
    return RefusalError(
        _("Read, unreadable and copied envelopes do not add up to what was handed in; nothing was taken over.")
    )
