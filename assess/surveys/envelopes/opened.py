"""What came out of the envelopes, and what is done with it whoever opened them: small groups vanish, rows are stored.

Junk and copies may have filled a group up to the minimum. So once the readable answers are counted, the pattern is
decided again, and a group that is too small after all loses its label before anybody scores (anonymity.md, Closing).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_bytes

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from assess.scoring.disclosure import BoolArray, residual_pattern
from assess.surveys.answers import AnswerSheet, PlainAnswers
from assess.surveys.cycle_tree import CycleTree
from assess.surveys.envelopes.models import Comment, Response
from assess.surveys.models import Cycle

NO_ANSWER = -128


@dataclass(frozen=True)
class Opened:
    """Ratings as (label, bytes), comments as (label, prompt, text), each list in an order of its own.

    `unreadable` counts envelopes that hold no valid answer, `copies` those whose body was there before.
    """

    ratings: tuple[tuple[str, bytes], ...]
    comments: tuple[tuple[str, str, str], ...]
    unreadable: int
    copies: int = 0

    @property
    def envelopes(self) -> int:
        """All that was handed in."""
        return len(self.ratings) + self.unreadable + self.copies


def rating_bytes(answers: PlainAnswers, sheet: AnswerSheet) -> bytes:
    """Write ratings as one signed byte per item in instrument order, -128 where nothing was answered."""
    values = [answers.ratings.get(code, NO_ANSWER) for code, _lo, _hi in sheet.items]
    return b"".join(value.to_bytes(1, "big", signed=True) for value in values)


def without_small_groups(opened: Opened, tree: CycleTree, kept: BoolArray) -> Opened:
    """Give the answers of groups that are too small after all the label of the rest around them.

    `kept`, shape (nodes,), says which nodes the envelopes at closing allowed to show; this may only hide more.
    """
    counts = Counter(label for label, _ratings in opened.ratings)
    pattern = residual_pattern(
        tree.direct(counts),
        tree.tree,
        minimum=tree.minimum,
        allowed=kept,
        hidden_before=tree.places_hidden_before,
    )
    root = int(np.flatnonzero(tree.tree.parents < 0)[0])
    owners = np.where(pattern.owners >= 0, pattern.owners, root)
    labels = {label: tree.ids[owners[place]] for label, place in tree.places.items()}
    return replace(
        opened,
        ratings=tuple((labels[label], ratings) for label, ratings in opened.ratings),
        comments=tuple((labels[label], prompt, text) for label, prompt, text in opened.comments),
    )


def store_opened(session: Session, cycle: Cycle, opened: Opened) -> None:
    """Insert ratings and comments, each row under a random id of its own."""
    responses = [
        {"id": token_bytes(16), "cycle_id": cycle.id, "group_id": label, "ratings": ratings}
        for label, ratings in opened.ratings
    ]
    comments = [
        {"id": token_bytes(16), "cycle_id": cycle.id, "group_id": label, "prompt": prompt, "text": text}
        for label, prompt, text in opened.comments
    ]
    _insert(session, Response, responses)
    _insert(session, Comment, comments)
    cycle.unreadable = opened.unreadable + opened.copies


def _insert(session: Session, table: type[Response] | type[Comment], rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        session.execute(insert(table), [dict(row) for row in rows])
