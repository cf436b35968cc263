"""Scoring and publication: figures are frozen, then single answers are deleted for good (anonymity.md, step 6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.releases.comments import released_comments
from assess.releases.document import Document, ScoredCycle, score_document
from assess.releases.statistics import cycle_statistics
from assess.releases.store import freeze
from assess.scoring.answers import AnswerMatrix
from assess.scoring.engine import CycleScores, score_cycle
from assess.surveys.clock import mark
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycle_tree import CycleTree, cycle_tree
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.models import Comment, Response
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.models import Cycle, Group, State

FORMAT = "assess/result/1"


def publish_cycle(database: Database, quarter: str, *, now: datetime) -> None:
    """Bring a cycle from `opened` to `published`; before it nobody sees a figure. Restartable."""
    freeze_result(database, quarter, now=now)
    delete_answers(database, quarter)


def freeze_result(database: Database, quarter: str, *, now: datetime) -> None:
    """Score, apply disclosure control and freeze the documents in one transaction."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state in {State.SCORED, State.PUBLISHED}:
            return
        if cycle.state != State.OPENED:
            raise RefusalError(
                _(
                    "The envelopes of %(quarter)s are not opened yet; close the cycle and open them first.",
                    quarter=quarter,
                )
            )
        tree = cycle_tree(cycle)
        key = frozen_instrument(cycle).whole_key()
        scores = score_cycle(key, _answers(session, tree), tree.tree, minimum=tree.minimum)
        _check_invariant(session, cycle, scores)
        comments = freeze(
            session,
            cycle_id=cycle.id,
            quarter=quarter,
            kind="comments",
            document={"format": FORMAT, "comments": _comments(session, cycle, tree, scores)},
            now=now,
        )
        statistics = freeze(
            session,
            cycle_id=cycle.id,
            quarter=quarter,
            kind="statistics",
            document=cycle_statistics(scores, _members(cycle)),
            now=now,
        )
        document = _result(session, cycle, scores, tree, comments_sha256=comments, statistics_sha256=statistics)
        freeze(session, cycle_id=cycle.id, quarter=quarter, kind="result", document=document, now=now)
        cycle.state = State.SCORED
        mark(cycle, now)


def delete_answers(database: Database, quarter: str) -> None:
    """Delete ratings and comments and rewrite the files; only then the cycle counts as published."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SCORED:
            return
        empty(session, Response, Comment)
    rewrite(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.SCORED:
            cycle.state, cycle.running = State.PUBLISHED, None


def _answers(session: Session, tree: CycleTree) -> AnswerMatrix:
    rows = session.execute(select(Response.group_id, Response.ratings)).all()
    width = len(rows[0][1]) if rows else 0
    ratings = np.frombuffer(b"".join(ratings for _label, ratings in rows), dtype=np.int8).reshape(len(rows), width)
    nodes = np.array([tree.places[label] for label, _ratings in rows], dtype=np.int32)
    return AnswerMatrix(ratings, nodes)


def _check_invariant(session: Session, cycle: Cycle, scores: CycleScores) -> None:
    """Hold answers <= envelopes <= invited, in total and per group; anything else is tampering, nothing is released."""
    groups = session.execute(select(Group.envelopes, Group.invited).where(Group.cycle_id == cycle.id)).all()
    envelopes = sum(n or 0 for n, _invited in groups)
    answers = int(scores.direct_respondents.sum())
    if any((n or 0) > invited for n, invited in groups) or not answers <= envelopes:
        raise RefusalError(
            _("There are more answers than envelopes, or more envelopes than invited; nothing is released.")
        )


def _comments(
    session: Session, cycle: Cycle, tree: CycleTree, scores: CycleScores
) -> Mapping[str, Mapping[str, list[str]]]:
    written: dict[str, list[tuple[int, str]]] = {}
    for label, prompt, text in session.execute(select(Comment.group_id, Comment.prompt, Comment.text)):
        written.setdefault(prompt, []).append((tree.places[label], text))
    minimum = int(contract_of(cycle)["minimum"]["comments"])
    return released_comments(scores, written, minimum=minimum)


def _members(cycle: Cycle) -> dict[str, list[str]]:
    return {group["name"]: list(group["teams"]) for group in contract_of(cycle)["groups"]}


def _result(
    session: Session,
    cycle: Cycle,
    scores: CycleScores,
    tree: CycleTree,
    *,
    comments_sha256: str,
    statistics_sha256: str,
) -> Document:
    contract = contract_of(cycle)
    groups = session.scalars(select(Group).where(Group.cycle_id == cycle.id)).all()
    document = score_document(scores.key, [ScoredCycle(cycle.quarter, scores)])
    _explain_hidden(document, {group.name: group.envelopes or 0 for group in groups}, tree.minimum)
    return {
        "format": FORMAT,
        "organisation": contract["organisation"],
        "level": cycle.level,
        "contract_hash": cycle.contract_hash,
        "minimum": contract["minimum"],
        "closed_at": cycle.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_zone": contract["time_zone"],
        "modules": list(cycle.modules),
        "invited": sum(group.invited for group in groups),
        "envelopes": cycle.envelopes,
        "unreadable": cycle.unreadable,
        "comments_sha256": comments_sha256,
        "statistics_sha256": statistics_sha256,
        "scores": document,
    }


def _explain_hidden(document: Document, envelopes: Mapping[str, int], minimum: int) -> None:
    """Say of a group that lost its label at closing although enough answered that it protects others."""
    cycles: Any = document["cycles"]
    for entry in cycles[0]["teams"]:
        if entry.get("suppressed") == "too_few" and envelopes.get(entry["team"], 0) >= minimum:
            entry["suppressed"] = "protects_others"
