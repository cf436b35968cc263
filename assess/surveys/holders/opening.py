"""What a key holder does after closing: fetch the sealed answers, open them at home, hand back ratings and comments.

To the holder a group is a random token, and its answers arrive shuffled. What comes back is taken over whole or not at
all; of several openings the first complete one wins (anonymity.md, Closing, 4).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.surveys.answers import AnswerSheet
from assess.surveys.contract import frozen_instrument, recipients_of
from assess.surveys.cycle_tree import CycleTree
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.counts import envelopes_at_closing
from assess.surveys.envelopes.models import SealedAnswer
from assess.surveys.envelopes.opened import store_opened
from assess.surveys.envelopes.opening import finish_opening
from assess.surveys.envelopes.seal import sealing_context
from assess.surveys.envelopes.storage import empty, hold_box
from assess.surveys.errors import AlreadyOpenedError, NotForThisHolderError
from assess.surveys.hidden_before import tree_with_memory
from assess.surveys.holders.handed_back import Counts, HandedBack
from assess.surveys.holders.models import HolderKey, Opening, OpeningPiece
from assess.surveys.models import Cycle, Level, State

PIECE = 200
"""Sealed answers fetched at a time: about 2 MB."""


@dataclass(frozen=True)
class TokenTree:
    """The tree of a cycle without names: what the residual rule needs, arrays over nodes.

    `parents` are places, -1 for none; `ranks` settle ties as the order of names does on the server.
    """

    tokens: tuple[str, ...]
    parents: tuple[int, ...]
    ranks: tuple[int, ...]
    allowed: tuple[bool, ...]
    hidden_before: tuple[bool, ...]


@dataclass(frozen=True)
class StartedOpening:
    """All that a holder needs besides the sealed answers and a key."""

    opening: bytes
    context: bytes
    sealed: int
    minimum: int
    items: tuple[tuple[int, int], ...]
    prompts: tuple[str, ...]
    tree: TokenTree

    @property
    def pieces(self) -> int:
        """How many pieces there are to fetch."""
        return -(-self.sealed // PIECE)


def cycles_of_holder(session: Session, account_id: bytes) -> list[Cycle]:
    """List the cycles sealed to a key of this account that run, the latest first."""
    running = select(Cycle).where(Cycle.running.is_(True), Cycle.level == Level.ANONYMOUS)
    found = session.scalars(running.order_by(Cycle.opens_at.desc())).all()
    return [cycle for cycle in found if cycle.contract is not None and _keys_for(session, account_id, cycle)]


def keys_of_holder(session: Session, account_id: bytes) -> Sequence[HolderKey]:
    """List all keys of an account, the newest first."""
    mine = select(HolderKey).where(HolderKey.account_id == account_id)
    return session.scalars(mine.order_by(HolderKey.retired_at.is_not(None), HolderKey.made_at.desc())).all()


def waiting_cycle(session: Session, quarter: str, account_id: bytes) -> Cycle:
    """Find a cycle whose envelopes this account can open and nobody has opened yet."""
    cycle = find_cycle(session, quarter)
    if cycle.level != Level.ANONYMOUS or cycle.contract is None or not _keys_for(session, account_id, cycle):
        raise NotForThisHolderError(_("The envelopes of %(quarter)s are not sealed to your key.", quarter=quarter))
    if cycle.state in {State.CREATED, State.OPEN, State.CLOSING}:
        raise RefusalError(_("The survey %(quarter)s has not closed yet.", quarter=quarter))
    if cycle.state != State.SEALED or cycle.unreadable is not None:
        raise AlreadyOpenedError(
            _("The envelopes of %(quarter)s have been opened; there is nothing left to do.", quarter=quarter)
        )
    return cycle


def start_opening(database: Database, quarter: str, account_id: bytes) -> StartedOpening:
    """Draw new tokens for the groups and say what is to be opened."""
    with database.writing() as session:
        cycle = waiting_cycle(session, quarter, account_id)
        tree = tree_with_memory(session, cycle)
        tokens = {name: token_bytes(16).hex() for name in tree.ids}
        opening = Opening(id=token_bytes(16), cycle_id=cycle.id, labels={t: name for name, t in tokens.items()})
        session.add(opening)
        record(session, "cycle.opening_begun", quarter)
        sheet = AnswerSheet.of(frozen_instrument(cycle))
        return StartedOpening(
            opening=opening.id,
            context=sealing_context(cycle.id, cycle.contract_sha256),
            sealed=_sealed(session),
            minimum=tree.minimum,
            items=tuple((lo, hi) for _code, lo, hi in sheet.items),
            prompts=sheet.prompts,
            tree=_token_tree(tree, tokens, envelopes_at_closing(session, cycle)),
        )


def sealed_piece(session: Session, quarter: str, account_id: bytes, opening: bytes, number: int) -> list[list[Any]]:
    """Return one piece of the sealed answers as [token, body], in the order of their random ids."""
    waiting_cycle(session, quarter, account_id)
    tokens = {label: token for token, label in _find(session, opening).labels.items()}
    page = select(SealedAnswer.group_id, SealedAnswer.body).order_by(SealedAnswer.id)
    return [[tokens[label], body] for label, body in session.execute(page.offset(number * PIECE).limit(PIECE))]


def keep_piece(
    database: Database, quarter: str, account_id: bytes, opening: bytes, *, kind: str, number: int, body: bytes
) -> None:
    """Keep one piece of what a holder opened; the same piece again replaces it."""
    with database.writing() as session:
        waiting_cycle(session, quarter, account_id)
        _find(session, opening)
        session.merge(OpeningPiece(opening_id=opening, kind=kind, number=number, body=body))


def complete_opening(
    database: Database, settings: Settings, quarter: str, account_id: bytes, opening: bytes, counts: Counts
) -> None:
    """Take over what a holder handed back, whole or not at all, and drop what was sealed.

    RefusalError where pieces are missing or numbers do not add up, AlreadyOpenedError where another was first.
    """
    with database.writing() as session:
        hold_box(session)
        cycle = waiting_cycle(session, quarter, account_id)
        tree = tree_with_memory(session, cycle)
        handed_back = HandedBack(_find(session, opening).labels, AnswerSheet.of(frozen_instrument(cycle)))
        opened = handed_back.read(_pieces(session, opening), counts, sealed=_sealed(session))
        handed_back.hold_to_envelopes(opened, tree, envelopes_at_closing(session, cycle))
        store_opened(session, cycle, opened)
        empty(session, SealedAnswer, OpeningPiece, Opening)
        record(session, "cycle.envelopes_opened", quarter)
    finish_opening(database, settings, quarter)


def _pieces(session: Session, opening: bytes) -> Iterator[tuple[str, int, bytes]]:
    chosen = select(OpeningPiece.kind, OpeningPiece.number, OpeningPiece.body)
    ordered = chosen.where(OpeningPiece.opening_id == opening).order_by(OpeningPiece.kind, OpeningPiece.number)
    for row in session.execute(ordered):
        yield row.kind, row.number, row.body


def _sealed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SealedAnswer)) or 0


def _find(session: Session, opening: bytes) -> Opening:
    found = session.get(Opening, opening)
    if found is None:
        raise AlreadyOpenedError(_("This opening is no longer there; reload the page and start again."))
    return found


def _keys_for(session: Session, account_id: bytes, cycle: Cycle) -> Sequence[HolderKey]:
    """Return the keys of the account among the recipients of the cycle."""
    recipients = recipients_of(cycle.contract or b"")
    return [key for key in keys_of_holder(session, account_id) if key.public_key in recipients]


def _token_tree(tree: CycleTree, tokens: Mapping[str, str], envelopes: Mapping[str, int]) -> TokenTree:
    return TokenTree(
        tokens=tuple(tokens[name] for name in tree.ids),
        parents=tuple(tree.tree.parents.tolist()),
        ranks=tuple(tree.tree.name_ranks.tolist()),
        allowed=tuple(tree.kept_at_closing(envelopes).tolist()),
        hidden_before=tuple(name in tree.hidden_before for name in tree.ids),
    )
