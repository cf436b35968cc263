"""D4: the report of a withheld team says its name, a reason, and nothing that depends on its answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assess.actions.adopting import adopt_practice
from assess.actions.keeping import tick_step
from assess.localisation import use_language
from assess.releases.store import read_frozen
from assess.reports.cycle_reports import reported_cycle, write_cycle_reports
from assess.reports.page import report_page
from assess.reports.present.pages import ContractFacts, WithheldReport
from assess.reports.renderer import renderer_versions
from assess.reports.team_reports import ReportedCycle, team_report
from tests.actions.history import LEVEL_OF_CONTROLS, after, start
from tests.adversaries.rendered.company import LATEST, Company, node_of, pdf_of
from tests.adversaries.rendered.seen import everything, numbers, percents, spoken, text_of_page, without_checksums
from tests.databases.stores import Store, using
from tests.reports.opened import entry as opened
from tests.surveys.shop import QUARTER, Shop, open_shop

LOW_RESPONSE = 3
NOBODY = "Nobody 无人"
# Enough people around Care that its answers move no displayed figure of the organisation.
TEAMS = (("Lantern", None, 20), ("Ads", "Lantern", 40), ("Box", "Lantern", 20), ("Care", "Lantern", 6))
ALONE = (("Lantern", None, 0), ("Ads", "Lantern", 8), ("Box", "Lantern", 7), ("Care", "Lantern", 6))
# Every number that the words themselves contain: scale, bands, axis, methods, settings.
CONSTANT = {str(number) for number in (*range(1, 11), 0, 25, 30, 50, 65, 75, 80, 95, 100)}


def unnamed(text: str, name: str) -> str:
    return text.replace(name, NOBODY)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_withheld_teams_with_one_reason_differ_in_nothing_but_their_names(company: Company, language: str) -> None:
    names = [name for name, reason in company.withheld(LOW_RESPONSE).items() if reason == "too_few"]
    assert len(names) >= 5
    said = {unnamed(company.page(name, LOW_RESPONSE, language), name) for name in names}
    assert len(said) == 1
    assert len({company.truth[company.labels[LOW_RESPONSE]][name]["answering"] for name in names}) > 1


def test_the_drawn_files_of_two_withheld_teams_differ_in_nothing_but_their_names(company: Company) -> None:
    first, second = [name for name, reason in company.withheld(LOW_RESPONSE).items() if reason == "too_few"][:2]
    files = {name: everything(company.pdf(name, LOW_RESPONSE)) for name in (first, second)}
    bare = [re.sub(r"[ \n]+", " ", unnamed(text, name)) for name, text in files.items()]
    assert bare[0] == bare[1]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reason", ["too_few", "protects_others"])
def test_a_withheld_report_is_that_of_a_team_that_does_not_exist(company: Company, language: str, reason: str) -> None:
    (name,) = [name for name, why in company.withheld().items() if why == reason]
    with use_language(language):
        invented = report_page(team_report(company.reported[LATEST], opened({"team": NOBODY, "suppressed": reason})))
    assert unnamed(company.page(name, LATEST, language), name) == invented


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("reason", ["too_few", "protects_others"])
def test_every_number_of_a_withheld_report_is_the_organisations_or_a_constant(
    company: Company, language: str, reason: str
) -> None:
    (name,) = [name for name, why in company.withheld().items() if why == reason]
    content = company.pdf(name, LATEST, language)
    text = everything(content)
    whole = company.cycle()["organisation"]["dimensions"].values()
    allowed = {str(figures[key]) for figures in whole for key in ("score_100", "low_100", "high_100")}
    assert allowed & set(numbers(text)), "the adversary can read"
    allowed |= CONSTANT | dates(company)
    assert {number.lstrip("–") for number in numbers(body(text))} <= allowed
    assert set(percents(text)) <= {95, 5}
    assert company.truth[company.labels[LATEST]][name]["answering"] in (4, 8)
    about = [body(line) for line in text.splitlines() if name in line]
    assert about
    assert not [line for line in about if numbers(line)]


def body(text: str) -> str:
    """Leave out what names versions, quarters and pages."""
    text = re.sub(r"\b20\d\d[ -]?(?:Q\d|\d\d(?:-\d\d)?)?", " ", without_checksums(text))
    text = re.sub(r"\d{4}-\d\d-\d\d|年第.季度|Page \d of \d|第 \d 页，共 \d 页", " ", text)
    for name, version in renderer_versions().items():
        text = text.replace(f"{name} {version}", " ")
    return re.sub(r"WeasyPrint [\d.]+|assess [\d.]+|team24 [\d.]+|D:\d+|SHA-256|Q\d", " ", text)


def dates(company: Company) -> set[str]:
    return {label[:4] for label in company.labels.values()}


def test_metadata_and_alternative_texts_of_a_withheld_team_hold_no_figure_of_it(company: Company) -> None:
    for name in company.withheld():
        texts = [text for text in spoken(company.pdf(name)) if name in text]
        assert texts
        for text in texts:
            assert numbers(text.replace("2026 Q3", "").replace("2026-09-30", "")) == []


def test_a_released_report_does_not_name_a_withheld_team(company: Company) -> None:
    for quarter in (LOW_RESPONSE, LATEST):
        hidden = company.withheld(quarter)
        assert hidden
        for entry in company.released(quarter):
            page = company.page(entry["team"], quarter)
            assert not [name for name in hidden if name in page], entry["team"]


def test_frozen_documents_hold_a_name_and_a_reason_for_a_withheld_team(company: Company) -> None:
    for quarter, result in company.results.items():
        (cycle,) = result["scores"]["cycles"]
        for entry in [*cycle["teams"], *cycle["units"]]:
            if "suppressed" in entry:
                assert set(entry) - {"parent"} == {"team", "suppressed"}
                assert entry["suppressed"] in {"too_few", "protects_others"}
                mentions = [place for place in places(result, entry["team"]) if place[0] != "groups"]
                assert len(mentions) == 1, (quarter, mentions)
        for place in reasons(cycle):
            assert set(place) - {"team", "parent"} == {"suppressed"}


def test_records_for_later_quarters_and_comments_leave_withheld_teams_out(company: Company) -> None:
    with company.database.reading() as session:
        from assess.surveys.cycles import find_cycle

        cycle = find_cycle(session, company.labels[LATEST])
        for kind in ("statistics", "comments"):
            document, _checksum = read_frozen(session, cycle_id=cycle.id, kind=kind)
            for name in company.withheld():
                assert not [place for place in places(document, name) if place[0] != "members"]
                assert name not in document.get("members", {})


def places(part: Any, text: str, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Find where a text stands, as value or as key."""
    if isinstance(part, dict):
        found = [(*at, key) for key in part if key == text]
        return found + [place for key, value in part.items() for place in places(value, text, (*at, str(key)))]
    if isinstance(part, list):
        return [place for number, value in enumerate(part) for place in places(value, text, (*at, str(number)))]
    return [at] if part == text else []


def reasons(part: Any) -> list[dict[str, Any]]:
    """Find everything that is withheld."""
    if isinstance(part, dict):
        here = [part] if "suppressed" in part else []
        return here + [found for value in part.values() for found in reasons(value)]
    return [found for value in part for found in reasons(value)] if isinstance(part, list) else []


@pytest.fixture(scope="module")
def cycles(
    tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store
) -> dict[int, tuple[ReportedCycle, Path]]:
    """The same small shop, everybody of one mind; of Care nobody, one or four answer."""
    found = {}
    for answering in (0, 1, 4):
        people = {"Lantern": 20, "Ads": 30, "Box": 20, "Care": answering}
        with using(each_database_of_module):
            shop = published(tmp_path_factory.mktemp("care"), TEAMS, people)
        found[answering] = (neutral(shop), write(shop, tmp_path_factory.mktemp("out")))
        shop.database.close()
    return found


def published(folder: Path, teams: Sequence[tuple[str, str | None, int]], answering: Mapping[str, int]) -> Shop:
    shop = open_shop(folder, teams)
    for group, count in answering.items():
        for code in shop.codes[group][:count]:
            shop.answer(code, 4)
    shop.finish()
    return shop


def neutral(shop: Shop) -> ReportedCycle:
    """Read the published cycle; random ids make checksums differ, so all get the same."""
    with shop.database.reading() as session:
        reported = reported_cycle(session, QUARTER)
    assert reported.source.contract is not None
    contract = ContractFacts(level=reported.source.contract.level, sha256_prefix="0" * 20)
    return replace(reported, source=replace(reported.source, document_sha256="0" * 64, contract=contract))


def write(shop: Shop, folder: Path) -> Path:
    (written,) = write_cycle_reports(shop.database, QUARTER, folder, "en", only={"Care"})
    return written.path


def test_nobody_one_and_four_answers_look_the_same_in_the_document(
    cycles: dict[int, tuple[ReportedCycle, Path]],
) -> None:
    entries = [node_of(reported, "Care").displayed() for reported, _path in cycles.values()]
    assert entries == [{"team": "Care", "suppressed": "too_few"}] * 3


def test_nobody_one_and_four_answers_give_the_same_bytes(cycles: dict[int, tuple[ReportedCycle, Path]]) -> None:
    @cache
    def drawn(answering: int, language: str) -> bytes:
        return pdf_of(cycles[answering][0], "Care", language)

    for language in ("en", "zh"):
        assert drawn(0, language) == drawn(1, language) == drawn(4, language)
    texts = {re.sub(r"\s+", " ", without_checksums(everything(path.read_bytes()))) for _cycle, path in cycles.values()}
    assert len(texts) == 1
    assert len({path.name for _cycle, path in cycles.values()}) == 1


@pytest.mark.usefixtures("each_database")
def test_nobody_is_no_more_visible_than_a_few_beside_the_organisation(tmp_path: Path) -> None:
    wholes = []
    for answering in (0, 4):
        shop = published(tmp_path / str(answering), ALONE, {"Ads": 8, "Box": 7, "Care": answering})
        wholes.append(neutral(shop).cycle.organisation.displayed())
        shop.database.close()
    assert wholes[0].keys() == wholes[1].keys()


@pytest.mark.usefixtures("each_database")
def test_what_a_withheld_team_took_on_is_told_alike_whoever_answered_what(tmp_path: Path) -> None:
    """Shown, then hidden: the same ticks, and nobody, one or four who answer very high or very low."""
    told = {}
    for place, (people, level) in enumerate([(0, 50.0), (1, 0.0), (4, 100.0), (4, 0.0)]):
        made = start(tmp_path / str(place))
        made.publish("2026Q1", {"Ada": 30.0, **LEVEL_OF_CONTROLS})
        adopt_practice(made.database, "Ada", "P24", now=after("2026Q1"), zone=ZoneInfo("Asia/Shanghai"))
        tick_step(made.database, "Ada", 1, 1, now=after("2026Q1"))
        made.publish("2026Q2", {"Ada": level, **LEVEL_OF_CONTROLS}, people={"Ada": people})
        with made.database.reading() as session:
            reported = reported_cycle(session, "2026Q2")
        report = team_report(reported, node_of(reported, "Ada"))
        assert isinstance(report, WithheldReport)
        # The organisation's picture may move: with Ada another team is withheld, and both are in it.
        told[people, level] = without_checksums(text_of_page(report_page(replace(report, organisation=None))))
        made.database.close()
    assert len(set(told.values())) == 1
    (text,) = set(told.values())
    assert "“Who gets what, where, how often”, adopted after 2026 Q1: 1 of 4 steps done." in text
    assert not [word for word in ("likely helped", "cannot tell", "did not help") if word in text]
