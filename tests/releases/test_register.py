"""The register gives released figures and reasons, as types, and refuses everything else."""

import copy
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import use_language
from assess.releases.document import score_document
from assess.releases.entry import NotReleasedError
from assess.releases.register import Register, UnknownNodeError, open_register, register_of, scored_registers
from assess.releases.released import (
    Fixed,
    Released,
    Suppressed,
    UnreleasedError,
    derived,
    derived_from_all,
    printed,
)
from assess.releases.rules import ForbiddenFigureError
from assess.releases.store import publish
from assess.scoring.release import Reason
from tests.databases.stores import Store
from tests.releases.results import CYCLE, KEY, lantern, result_of, store_result
from tests.releases.test_score_json import example

COMMENTS = {"Ads": {"CMT1": [f"note {number}" for number in range(10)]}}


@pytest.fixture
def database(tmp_path: Path, each_database: Store) -> Iterator[Database]:
    database = Database(each_database.migrated(tmp_path))
    result, companions = result_of(lantern(), comments=COMMENTS)
    with database.writing() as session:
        store_result(session, result, companions)
    yield database
    database.close()


@pytest.fixture
def register(database: Database) -> Register:
    with database.writing() as session:
        publish(session, cycle_id=CYCLE)
    with database.reading() as session:
        return open_register(session, cycle_id=CYCLE, comments=True)


def test_a_figure_is_the_one_of_the_frozen_document(register: Register) -> None:
    entry = next(each for each in result_of(lantern())[0]["scores"]["cycles"][0]["teams"] if each["team"] == "Ads")
    found = register.figure("Ads", "dimensions", "D1", "score_100")
    assert isinstance(found, Released)
    score = entry["dimensions"]["D1"]["score_100"]
    assert (found.value, str(found), f"{found}") == (score, str(score), str(score))
    assert register.organisation.figure("n") == register.organisation.number("n")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("Farm", "n"), Reason.TOO_FEW),
        (("Farm", "dimensions", "D1", "score_100"), Reason.TOO_FEW),
        (("Dock", "overall"), Reason.PROTECTS_OTHERS),
        (("Care", "dimensions", "D1", "sd_raw"), Reason.TOO_FEW),
        (("Ads", "dimensions", "D1", "shrunken_100"), Reason.NOT_AVAILABLE),
    ],
)
def test_what_is_withheld_is_a_reason(
    register: Register, path: tuple[str, str, *tuple[str, ...]], reason: Reason
) -> None:
    assert register.figure(*path) == Suppressed(reason)


@pytest.mark.parametrize(
    "path",
    [
        ("Ads", "median"),
        ("Ads", "dimensions", "D9", "score_100"),
        ("Ads", "dimensions", "D1", "variance"),
        ("Ads", "dimensions", "D1"),  # a part is no figure
        ("Care", "change", "D1", "p"),
    ],
)
def test_a_figure_that_is_not_in_the_document_is_refused(register: Register, path: tuple[str, ...]) -> None:
    with pytest.raises(NotReleasedError, match=f"holds no figure “{' · '.join(path)}”; only what was released"):
        register.figure(*path)  # type: ignore[arg-type, unused-ignore] # any path


@pytest.mark.parametrize("name", ["Ads + Box", "ads", "", "organisation"])
def test_a_node_that_is_not_in_the_document_is_refused(register: Register, name: str) -> None:
    assert register.node(name) is None
    with pytest.raises(UnknownNodeError, match=re.escape(f"knows no team or unit “{name}”")):
        register.figure(name, "n")


def test_an_unpublished_document_gives_nothing(database: Database) -> None:
    with database.reading() as session, pytest.raises(RefusalError, match="There is no result yet"):
        open_register(session, cycle_id=CYCLE)


def test_a_file_with_a_figure_that_may_not_be_shown_is_refused() -> None:
    document = dict(score_document(KEY, example(5)))
    assert [register.label for register in scored_registers(document, minimum=5)] == ["2026Q1", "2026Q2"]
    spoilt = copy.deepcopy(document)
    spoilt["cycles"][1]["teams"][6]["median"] = 3  # type: ignore[index]
    with pytest.raises(ForbiddenFigureError, match="team 25 · median"):
        scored_registers(spoilt, minimum=5)


def test_comments_are_released_texts_of_shown_nodes(register: Register) -> None:
    assert register.comments.keys() == {"Ads"}
    assert [text.value for text in register.comments["Ads"]["CMT1"]] == COMMENTS["Ads"]["CMT1"]


def test_the_withheld_nodes_have_names_and_no_figures(register: Register) -> None:
    assert register.withheld == {"Dock", "Farm"}
    assert [node.name for node in register.nodes if node.number("n") is None] == ["Dock", "Farm"]


def test_nobody_but_the_register_makes_a_released_figure() -> None:
    with pytest.raises(UnreleasedError, match="only the register"):
        Released(17)
    with pytest.raises(UnreleasedError, match="only the register"):
        Released(17, object())


def test_there_is_no_arithmetic_on_a_released_figure(register: Register) -> None:
    score, n = register.figure("Ads", "dimensions", "D1", "score_100"), register.figure("Ads", "n")
    assert isinstance(score, Released)
    assert isinstance(n, Released)
    for attempt in (
        lambda: score + n,  # type: ignore[operator]
        lambda: score * 2,  # type: ignore[operator]
        lambda: score < n,  # type: ignore[operator]
        lambda: round(score),  # type: ignore[call-overload]
        lambda: float(score),  # type: ignore[arg-type]
        lambda: sum([score]),  # type: ignore[arg-type, list-item, unused-ignore]
        lambda: f"{score:.3f}",
        lambda: "%d" % score,  # type: ignore[str-format] # noqa: UP031 - how sentences are filled
        lambda: bool(score),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_what_follows_from_displayed_values_is_displayed_too(register: Register) -> None:
    score, n = register.figure("Ads", "dimensions", "D1", "score_100"), register.figure("Ads", "n")
    assert isinstance(score, Released)
    assert isinstance(n, Released)
    assert derived(lambda a, b: a * b, score, n) == derived_from_all(lambda pair: pair[0] * pair[1], [score, n])
    assert pickle.loads(pickle.dumps(score)) == score  # noqa: S301 - our own
    with pytest.raises(UnreleasedError, match="from nothing"):
        derived_from_all(len, [])


def test_only_text_figures_and_fixed_numbers_are_printed(register: Register) -> None:
    assert [printed(value) for value in ("a", Fixed(5), register.figure("Ads", "n"))] == ["a", "5", "12"]
    for value in (12, 12.5, True, None, ["a"], Suppressed(Reason.TOO_FEW)):
        with pytest.raises(UnreleasedError, match=f"not {type(value).__name__}"):
            printed(value)


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (Reason.TOO_FEW, "fewer than 5 answers", "答卷不足5份"),
        (Reason.PROTECTS_OTHERS, "not shown, to protect answers in other groups", "为保护其他小组的答卷，未显示"),
        (Reason.NOT_ASKED, "not asked this quarter", "本季度未问"),
        (Reason.NOT_AVAILABLE, "not available", "无法得出"),
    ],
)
def test_a_reason_is_a_sentence_in_both_languages(reason: Reason, english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh", chinese)):
        with use_language(language):
            assert Suppressed(reason).sentence(5) == sentence


def test_single_figures_that_are_withheld_are_remembered_by_code() -> None:
    result, _companions = result_of(lantern())
    (cycle,) = result["scores"]["cycles"]
    care = next(each for each in cycle["teams"] if each["team"] == "Care")
    care["dimensions"]["D2"] = care["items"]["D2Q1"] = {"suppressed": "too_few"}
    care["overall"] = {"suppressed": "protects_others"}
    care["outcomes"]["OUT1"] = {"suppressed": "not_asked"}
    found = register_of(cycle, engine="1.0.0", sha256="0" * 64).withheld_figures
    assert {code: names & {"Care", "Dock", "Farm"} for code, names in found.items() if "Care" in names} == {
        "D2": {"Care"},
        "D2Q1": {"Care"},
        "overall": {"Care"},
    }
