"""Scoring and publication: figures are frozen, then single answers are deleted for good (anonymity.md, step 6)."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.releases.comments import released_comments
from assess.releases.document import Document, ScoredCycle, score_document
from assess.releases.history import between
from assess.releases.retention import forget_statistics, rewrite_documents
from assess.releases.statistics import cycle_statistics, read_statistics
from assess.releases.store import freeze, has_published, publish, read_frozen
from assess.scoring.answers import AnswerMatrix
from assess.scoring.between import QUARTERS_KEPT, Between
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.key import ScoringKey
from assess.scoring.moments import IntArray
from assess.surveys.clock import mark
from assess.surveys.contract import contract_of, frozen_instrument
from assess.surveys.cycle_tree import CycleTree
from assess.surveys.cycles import find_cycle
from assess.surveys.earlier import published_before
from assess.surveys.envelopes.counts import envelopes_at_closing
from assess.surveys.envelopes.models import Comment, Response
from assess.surveys.envelopes.storage import empty, hold_box, rewrite
from assess.surveys.hidden_before import tree_with_memory
from assess.surveys.mailing import queue_for_leaders
from assess.surveys.models import Cycle, Group, State
from assess.surveys.same_nodes import records_as_now, same_nodes

FORMAT = "assess/result/1"


def publish_cycle(database: Database, quarter: str, *, now: datetime, settings: Settings | None = None) -> None:
    """Bring a cycle from `opened` to `published`; before it nobody sees a figure. Restartable.

    With `settings` of an installation that sends mail, leaders are told.
    """
    freeze_result(database, quarter, now=now)
    delete_answers(database, quarter, settings)


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
        tree = tree_with_memory(session, cycle)
        key = frozen_instrument(cycle).whole_key()
        envelopes = envelopes_at_closing(session, cycle)
        scores = score_guarded(
            key,
            _answers(session, tree, len(key.items)),
            tree.after_closing(envelopes).tree,
            minimum=tree.minimum,
            allowed=tree.kept_at_closing(envelopes),
            limits=tree.limits,
            merged=np.maximum(tree.merged(envelopes), _vanished(session, tree, envelopes)),
        )
        _check_invariant(session, cycle, tree, envelopes)
        comments: Document = {"format": FORMAT, "comments": _comments(session, cycle, tree, scores), "salt": _salt()}
        comments_sha256 = _freeze(session, cycle, "comments", comments, now)
        statistics = cycle_statistics(scores, _members(cycle)) | {"salt": _salt()}
        statistics_sha256 = _freeze(session, cycle, "statistics", statistics, now)
        document = _result(
            cycle,
            ScoredCycle(cycle.quarter, scores, _between(session, cycle, statistics, tree.minimum)),
            tree,
            envelopes,
            comments_sha256=comments_sha256,
            statistics_sha256=statistics_sha256,
        )
        _freeze(session, cycle, "result", document, now)
        cycle.state = State.SCORED
        mark(cycle, now)


def _salt() -> str:
    """Return what makes a checksum useless for guessing: the result names those of documents that few may read."""
    return token_hex(32)


def _freeze(session: Session, cycle: Cycle, kind: str, document: Document, now: datetime) -> str:
    return freeze(session, cycle_id=cycle.id, quarter=cycle.quarter, kind=kind, document=document, now=now)


def delete_answers(database: Database, quarter: str, settings: Settings | None = None) -> None:
    """Delete ratings, comments and old records and rewrite the files; only then the cycle counts as published."""
    with database.writing() as session:
        hold_box(session)
        cycle = find_cycle(session, quarter)
        if cycle.state != State.SCORED:
            return
        empty(session, Response, Comment)
        forget_statistics(session, quarter=quarter)
    rewrite(database)
    rewrite_documents(database)
    with database.writing() as session:
        cycle = find_cycle(session, quarter)
        if cycle.state == State.SCORED:
            cycle.state, cycle.running = State.PUBLISHED, None
            record(session, "cycle.published", quarter, sha256=publish(session, cycle_id=cycle.id))
            if settings is not None:
                queue_for_leaders(session, settings, cycle)


def _vanished(session: Session, tree: CycleTree, envelopes: Mapping[str, int]) -> IntArray:
    """Count the people of nodes that lost their label at opening: nobody knows how many, so as many as there may be."""
    left = set(session.scalars(select(Response.group_id).distinct()))
    gone = np.array([name not in left for name in tree.ids]) & (tree.direct(envelopes) > 0)
    return np.where(gone & tree.kept_at_closing(envelopes), tree.minimum - 1, 0)


def _answers(session: Session, tree: CycleTree, width: int) -> AnswerMatrix:
    rows = session.execute(select(Response.group_id, Response.ratings)).all()
    ratings = np.frombuffer(b"".join(ratings for _label, ratings in rows), dtype=np.int8).reshape(len(rows), width)
    nodes = np.array([tree.places[label] for label, _ratings in rows], dtype=np.int32)
    return AnswerMatrix(ratings, nodes)


def _check_invariant(session: Session, cycle: Cycle, tree: CycleTree, envelopes: Mapping[str, int]) -> None:
    """Hold answers <= envelopes <= invited, in and below every node and in total; else it is tampering.

    Below, because an answer may have moved to the rest of a unit above its group, at closing or at opening.
    """
    counted = select(Response.group_id, func.count()).group_by(Response.group_id)
    answers = {str(label): int(count) for label, count in session.execute(counted)}
    invited = session.execute(select(Group.id, Group.invited).where(Group.cycle_id == cycle.id))
    handed_in = np.asarray(tree.tree.sum_upwards(tree.direct(envelopes)))
    if (
        bool((np.asarray(tree.tree.sum_upwards(tree.direct(answers))) > handed_in).any())
        or any(envelopes[group_id] > heads for group_id, heads in invited)
        or sum(answers.values()) + (cycle.unreadable or 0) != sum(envelopes.values())
    ):
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
    """Name the teams of each group; a unit is who it is called, whatever its own members are called."""
    groups = contract_of(cycle)["groups"]
    return {group["name"]: list(group["teams"]) for group in groups if not group["own_members"]}


def _between(session: Session, cycle: Cycle, statistics: Document, minimum: int) -> Between | None:
    """Compare with the records of the quarters published before, as they were stored then and are still kept."""
    earlier = [
        before
        for before in published_before(session, cycle, most=QUARTERS_KEPT - 1)
        if has_published(session, cycle_id=before.id, kind="statistics")
    ]
    stored = [read_frozen(session, cycle_id=before.id, kind="statistics")[0] for before in earlier]
    known = zip(earlier, map(read_statistics, stored), strict=True)
    records = [records_as_now(record, same_nodes(before, cycle)) for before, record in known]
    return between(
        [*records, read_statistics(statistics)], [*(before.quarter for before in earlier), cycle.quarter], minimum
    )


def _result(
    cycle: Cycle,
    scored: ScoredCycle,
    tree: CycleTree,
    envelopes: Mapping[str, int],
    *,
    comments_sha256: str,
    statistics_sha256: str,
) -> Document:
    contract = contract_of(cycle)
    document = score_document(scored.scores.key, [scored])
    _explain_hidden(document, tree, envelopes)
    _add_composition(document, cycle)
    return {
        "format": FORMAT,
        "organisation": contract["organisation"],
        "level": cycle.level,
        "contract_hash": cycle.contract_hash,
        "minimum": contract["minimum"],
        "closed_at": cycle.closes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_zone": contract["time_zone"],
        "modules": list(cycle.modules),
        "invited": sum(group["headcount"] for group in contract["groups"]),
        "unreadable": cycle.unreadable,
        "groups": _groups(contract),
        "dimensions": _dimensions(scored.scores.key),
        "comments_sha256": comments_sha256,
        "statistics_sha256": statistics_sha256,
        "scores": document,
    }


def _groups(contract: Mapping[str, Any]) -> list[Document]:
    """Name who is in which group, and the unit above it: from this the register judges what subtraction would tell."""
    units = {unit["id"]: unit["name"] for unit in contract["units"]}
    return [
        {key: group[key] for key in ("name", "headcount", "own_members", "teams")} | {"unit": units[group["unit"]]}
        for group in contract["groups"]
    ]


def _dimensions(key: ScoringKey) -> Document:
    """Say which items stand behind a dimension, and whether it counts into the overall score."""
    return {
        dimension.code: {"items": [key.items[place].code for place in dimension.items], "overall": dimension.overall}
        for dimension in key.dimensions
    }


def _explain_hidden(document: Document, tree: CycleTree, envelopes: Mapping[str, int]) -> None:
    """Say of a node that lost its label at closing although enough answered that it protects others."""
    handed_in = np.asarray(tree.tree.sum_upwards(tree.direct(envelopes)))
    enough = {name for name, count in zip(tree.tree.names, handed_in, strict=True) if count >= tree.minimum}
    cycles: Any = document["cycles"]
    for entry in [*cycles[0]["teams"], *cycles[0]["units"]]:
        if entry.get("suppressed") == "too_few" and entry["team"] in enough:
            entry["suppressed"] = "protects_others"


def _add_composition(document: Document, cycle: Cycle) -> None:
    """Say of every released node how many joined and left since the quarter before."""
    if cycle.composition is None:
        return
    contract = contract_of(cycle)
    groups = [group for group in contract["groups"] if not group["own_members"]]
    ids = {node["name"]: node["id"] for node in [*contract["units"], *groups]}
    cycles: Any = document["cycles"]
    for entry in [*cycles[0]["teams"], *cycles[0]["units"]]:
        pair = cycle.composition["nodes"].get(ids[entry["team"]])
        if pair is not None and "suppressed" not in entry:
            joined, left = pair
            entry["composition"] = {"since": cycle.composition["since"], "joined": joined, "left": left}
