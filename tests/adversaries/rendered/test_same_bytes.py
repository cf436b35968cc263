"""D11: no rendered byte changes when answers change and the released values stay."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assess.localisation import use_language
from assess.releases.document import ScoredCycle, canonical_json, score_document
from assess.releases.store import read_frozen
from assess.reports.leader_pages import leader_page, page_body
from assess.reports.organisation_report import organisation_report
from assess.reports.page import report_page
from assess.reports.team_reports import ReportedCycle, latest_cycle
from assess.scoring.answers import AnswerMatrix
from assess.scoring.guard import score_guarded
from assess.scoring.tree import Tree
from assess.surveys.answers import PlainAnswers
from assess.surveys.envelopes.box import put_answers
from tests.adversaries.rendered.company import node_of, page_of, pdf_of
from tests.databases.stores import Store, using
from tests.reports.shop import instrument
from tests.surveys.shop import DURING, ITEMS, QUARTER, open_shop

NAMES = ("Top", "Ads", "Box", "Care", "Dock", "Farm")
PEOPLE = (0, 12, 8, 4, 5, 9)
INVITED = (0, 13, 9, 8, 8, 9)
HIDDEN = (NAMES.index("Care"), NAMES.index("Dock"))
SMALL = NAMES.index("Box")
WANTED = 3


def original() -> AnswerMatrix:
    rng = np.random.default_rng(7)
    nodes = np.repeat(np.arange(len(NAMES)), PEOPLE)
    ratings = np.clip(rng.integers(2, 5, (nodes.size, 1)) + rng.integers(-1, 2, (nodes.size, 27)), 1, 5)
    return AnswerMatrix(ratings.astype(np.int8), nodes.astype(np.int32))


def document(answers: AnswerMatrix) -> dict[str, Any]:
    tree = Tree(NAMES, np.array([-1, 0, 0, 0, 0, 0], dtype=np.int32), np.array(INVITED, dtype=np.int32))
    key = instrument().whole_key()
    return dict(score_document(key, [ScoredCycle("2026Q4", score_guarded(key, answers, tree, minimum=5))]))


def reported(content: dict[str, Any]) -> ReportedCycle:
    return latest_cycle(content, instrument(), organisation="Lantern", minimum=5, command="assess report")


@cache
def before() -> dict[str, Any]:
    return document(original())


def changed(kind: str, seed: int) -> AnswerMatrix:
    """Change the raw data in one of four ways."""
    rng = np.random.default_rng(seed)
    start = original()
    ratings, nodes = start.ratings.copy(), start.nodes.copy()
    hidden, small = np.flatnonzero(np.isin(nodes, HIDDEN)), np.flatnonzero(nodes == SMALL)
    if kind == "order of people":
        order = rng.permutation(nodes.size)
        return AnswerMatrix(ratings[order], nodes[order])
    if kind == "people of hidden teams":
        nodes[hidden] = rng.permutation(nodes[hidden])
    if kind == "answers in hidden teams":
        exchange(ratings, rng.choice(hidden, 2, replace=False), rng)
    if kind == "answers in a small team":
        exchange(ratings, rng.choice(small, 2, replace=False), rng)
    return AnswerMatrix(ratings, nodes)


def exchange(ratings: Any, pair: Any, rng: np.random.Generator) -> None:
    """Let two people exchange their answers to one item: their own scores move, that of the group does not."""
    item = int(rng.integers(0, 24))
    ratings[pair, item] = ratings[pair[::-1], item]


def same_document(kind: str) -> Iterator[AnswerMatrix]:
    """Search for changes that leave every released value as it is."""
    start = original()
    for seed in range(400):
        answers = changed(kind, seed)
        if np.array_equal(answers.ratings, start.ratings) and np.array_equal(answers.nodes, start.nodes):
            continue
        if canonical_json(document(answers)) == canonical_json(before()):
            yield answers


KINDS = ("order of people", "people of hidden teams", "answers in hidden teams", "answers in a small team")


def whole_page(reported: ReportedCycle, language: str) -> str:
    with use_language(language):
        return report_page(organisation_report(reported))


def whole_leader_page(reported: ReportedCycle, name: str, language: str) -> str:
    with use_language(language):
        return str(page_body(leader_page(reported, node_of(reported, name), with_inside=True)))


def test_care_and_dock_are_hidden() -> None:
    (cycle,) = before()["cycles"]
    assert {entry["team"] for entry in cycle["teams"] if "suppressed" in entry} == {NAMES[place] for place in HIDDEN}


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_the_same_bytes_while_the_released_values_stay(kind: str) -> None:
    found = [answers for answers, _number in zip(same_document(kind), range(WANTED), strict=False)]
    assert len(found) == WANTED, "the search finds such changes"
    base = reported(before())
    for answers in found:
        other = reported(document(answers))
        assert other.source == base.source
        for was, now in zip(base.nodes, other.nodes, strict=True):
            for language in ("en", "zh") if answers is found[0] else ("en",):
                assert was.name == now.name
                assert page_of(other, now.name, language).encode() == page_of(base, was.name, language).encode()
                pages = [whole_leader_page(each, now.name, language).encode() for each in (other, base)]
                assert pages[0] == pages[1]
        for language in ("en", "zh"):
            assert whole_page(other, language).encode() == whole_page(base, language).encode()


@pytest.mark.parametrize("name", ["Box", "Care"])
def test_drawn_files_are_the_same_bytes_while_the_released_values_stay(name: str) -> None:
    kind = "answers in a small team" if name == "Box" else "answers in hidden teams"
    answers = next(same_document(kind))
    files = [pdf_of(reported(content), name, "en") for content in (before(), document(answers))]
    assert files[0] == files[1]


def test_a_change_that_shows_is_seen() -> None:
    start = original()
    ratings = start.ratings.copy()
    ratings[start.nodes == SMALL] = 1
    other = reported(document(AnswerMatrix(ratings, start.nodes)))
    base = reported(before())
    assert page_of(other, "Box", "en") != page_of(base, "Box", "en")


def frozen(folder: Path, nudged: bool) -> dict[str, Any]:
    """Run a quarter; one answer of one of nine people may be one higher. Ids of the cycle are left out."""
    shop = open_shop(folder, (("Lantern", None, 0), ("Ads", "Lantern", 14)))
    for place, code in enumerate(shop.codes["Ads"][:9]):
        ratings = dict.fromkeys(ITEMS, 2 + place % 3)
        ratings[ITEMS[0]] += 1 if nudged and place == 0 else 0
        put_answers(shop.database, code, PlainAnswers(ratings, {}), now=DURING)
    shop.finish()
    with shop.database.reading() as session:
        result, _checksum = read_frozen(session, cycle_id=shop.cycle().id)
    shop.database.close()
    return {key: value for key, value in result.items() if key != "contract_hash"}


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store) -> list[dict[str, Any]]:
    with using(each_database_of_module):
        return [frozen(tmp_path_factory.mktemp("twin"), nudged) for nudged in (False, True)]


def test_a_published_quarter_has_the_same_figures_while_the_released_values_stay(twins: list[dict[str, Any]]) -> None:
    assert twins[0]["scores"] == twins[1]["scores"]
    assert twins[0]["scores"]["cycles"][0]["cycle"] == QUARTER


def test_a_published_quarter_is_the_same_document_while_the_released_values_stay(twins: list[dict[str, Any]]) -> None:
    salted = {"statistics_sha256", "comments_sha256"}
    plain = [{key: value for key, value in twin.items() if key not in salted} for twin in twins]
    assert plain[0] == plain[1]


@pytest.mark.usefixtures("each_database")
def test_checksums_of_other_documents_confirm_no_guess(tmp_path: Path) -> None:
    # The same answers twice: without salt the checksums would be the same, and every guess could be tried.
    for name in "ab":
        (tmp_path / name).mkdir()
    one, two = (frozen(tmp_path / name, False) for name in "ab")
    assert one["statistics_sha256"] != two["statistics_sha256"]
    assert one["comments_sha256"] != two["comments_sha256"]
