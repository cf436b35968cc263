"""The demo company takes the real path and tells what was planted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from assess.accounts.models import Account
from assess.accounts.signing_in import sign_in
from assess.config import Settings, load_settings
from assess.demo.build import Demo, build_demo, demo_settings, planted_truth
from assess.demo.company import (
    AFTER_SALES,
    BRAND,
    CAMPAIGNS,
    DATA,
    INTERNATIONAL,
    LIGHTING,
    PERFORMANCE,
    PLATFORM,
    SEARCH,
    SHOP,
    SOCIAL,
    TEAMS,
    UNITS,
)
from assess.demo.stories import MERGED, STORIES
from assess.errors import RefusalError
from assess.extensions import open_database
from assess.organisation.in_force import in_force
from assess.releases.store import read_frozen
from assess.surveys.contract import canonical_json, contract_of, recipients_of
from assess.surveys.cycles import find_cycle
from assess.surveys.envelopes.seal import public_bytes
from assess.surveys.holders.codes import unwrap
from assess.surveys.holders.models import HolderKey
from assess.teams.leaders import teams_led_by
from tests.databases.stores import Store
from tests.demo.story_table import released_cycle

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LABELS = ("2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4")
Nodes = Mapping[str, Any]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, each_database_of_module: Store) -> Settings:
    return in_folder(tmp_path_factory.mktemp("demo"), each_database_of_module)


def in_folder(folder: Path, store: Store) -> Settings:
    data = folder / "data"
    return demo_settings(load_settings({"ASSESS_DATA_DIR": str(data), "ASSESS_DATABASE_URL": store.empty(data)}))


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Demo:
    return build_demo(settings, now=NOW, reset=False, say=lambda _sentence: None)


@pytest.fixture(scope="module")
def quarters(demo: Demo, settings: Settings) -> Iterator[dict[int, Any]]:
    """Give the released cycles by their number."""
    assert demo.built
    database = open_database(settings)
    with database.reading() as session:
        yield {number: released_cycle(session, demo.labels[number]) for number in range(1, 7)}
    database.close()


def nodes(cycle: Any) -> Nodes:
    return {entry["team"]: entry for entry in [*cycle["teams"], *cycle["units"]]}


def test_seven_quarters_end_with_the_one_in_which_the_demo_is_built(demo: Demo) -> None:
    assert tuple(demo.labels.values()) == LABELS


def test_every_quarter_has_fourteen_teams_of_four_to_nineteen_in_two_levels(settings: Settings, demo: Demo) -> None:
    truth = planted_truth(settings)
    for number, label in demo.labels.items():
        current = [team for team in TEAMS if team.first <= number <= team.last]
        assert len(current) == 14
        sizes = [truth[label][team.name]["invited"] for team in current]
        assert (min(sizes), max(sizes)) in {(4, 19), (4, 16)}  # three people leave the largest team in quarter 5
        assert {team.unit for team in current} == {unit.name for unit in UNITS}


def test_released_answers_are_those_that_were_given(quarters: dict[int, Any], settings: Settings) -> None:
    truth = planted_truth(settings)
    for number, cycle in quarters.items():
        for name, entry in nodes(cycle).items():
            planted = truth[LABELS[number - 1]][name]
            if "suppressed" in entry:
                assert planted["answering"] < 5 or entry["suppressed"] == "protects_others"
            else:
                assert (entry["n"], entry["headcount"]) == (planted["answering"], planted["invited"])


def test_the_planted_truth_lies_inside_nearly_every_comparing_interval(
    quarters: dict[int, Any], settings: Settings
) -> None:
    truth = planted_truth(settings)
    hits = [
        figures["compare_low_100"]
        <= truth[LABELS[number - 1]][entry["team"]]["expected"][code]
        <= figures["compare_high_100"]
        for number, cycle in quarters.items()
        for entry in cycle["teams"]
        if "suppressed" not in entry and not (number == 6 and entry["team"] == PLATFORM)
        for code, figures in entry["dimensions"].items()
    ]
    assert len(hits) > 250
    assert sum(hits) / len(hits) > 0.93


def test_what_all_members_would_have_said_lies_inside_the_own_interval(
    quarters: dict[int, Any], settings: Settings
) -> None:
    truth = planted_truth(settings)
    hits = [
        figures["low_100"] <= truth[LABELS[number - 1]][entry["team"]]["everybody"][code] <= figures["high_100"]
        for number, cycle in quarters.items()
        for entry in cycle["teams"]
        if "suppressed" not in entry and entry["n"] < entry["headcount"]
        for code, figures in entry["dimensions"].items()
    ]
    assert len(hits) > 230
    assert sum(hits) / len(hits) > 0.95


def test_after_sales_falls_apart_and_recovers(quarters: dict[int, Any]) -> None:
    line = {number: nodes(cycle)[AFTER_SALES]["dimensions"]["COM"] for number, cycle in quarters.items()}
    assert line[4]["compare_high_100"] < 50 < line[2]["compare_low_100"]
    assert line[4]["compare_high_100"] < line[6]["compare_low_100"], "the two usual ranges do not even touch"
    lowest = min(e["dimensions"]["COM"]["score_100"] for e in quarters[4]["teams"] if "suppressed" not in e)
    assert line[4]["score_100"] == lowest


def test_the_merger_replaces_two_teams_and_leaves_roles_unclear_at_first(quarters: dict[int, Any]) -> None:
    before, after, later = nodes(quarters[2]), nodes(quarters[4]), nodes(quarters[6])
    assert {SEARCH, SOCIAL} <= set(before)
    assert not {SEARCH, SOCIAL} & set(after)
    assert after[PERFORMANCE]["dimensions"]["ROL"]["compare_high_100"] < 50
    assert later[PERFORMANCE]["dimensions"]["ROL"]["score_100"] > 60


def test_a_team_of_four_is_collected_with_its_smallest_sibling_in_every_quarter(quarters: dict[int, Any]) -> None:
    for cycle in quarters.values():
        found = nodes(cycle)
        assert MERGED in found
        assert "Returns 退换货" not in found


def test_four_of_nine_are_withheld_and_a_sibling_protects_them(quarters: dict[int, Any]) -> None:
    found = nodes(quarters[6])
    assert found[CAMPAIGNS] == {"team": CAMPAIGNS, "suppressed": "too_few"}
    assert found[BRAND] == {"team": BRAND, "suppressed": "protects_others"}
    assert [(o["parent"], o["n"]) for o in quarters[6]["others"]] == [(SHOP, 18), ("Marketing 营销", 12)]


def test_low_response_hides_more_and_is_said(quarters: dict[int, Any]) -> None:
    hidden = {number: sum("suppressed" in e for e in cycle["teams"]) for number, cycle in quarters.items()}
    assert hidden[3] >= 5 > max(count for number, count in hidden.items() if number != 3)
    assert nodes(quarters[3])[SHOP]["response_rate"] < 0.5


def test_the_unanimous_team_has_no_spread_and_still_a_usual_range(quarters: dict[int, Any]) -> None:
    for figures in nodes(quarters[6])[PLATFORM]["dimensions"].values():
        assert figures["sd_raw"] < 0.1  # single skipped items move a person's mean a little
        assert figures["compare_high_100"] - figures["compare_low_100"] >= 8


def test_the_average_team_is_told_nothing_beyond_chance(quarters: dict[int, Any]) -> None:
    whole = quarters[6]["organisation"]["dimensions"]
    for code, figures in nodes(quarters[6])[DATA]["dimensions"].items():
        assert figures["compare_low_100"] < whole[code]["score_100"] < figures["compare_high_100"]


def test_lighting_has_one_finding_beyond_chance(quarters: dict[int, Any]) -> None:
    low = [
        (entry["team"], code)
        for entry in quarters[6]["teams"]
        if "suppressed" not in entry
        for code, figures in entry["dimensions"].items()
        if figures["compare_high_100"] < 50
    ]
    assert low == [(LIGHTING, "ROL")]


def test_comments_of_the_bilingual_team_are_released_in_both_languages(
    quarters: dict[int, Any], settings: Settings
) -> None:
    assert quarters
    database = open_database(settings)
    with database.reading() as session:
        document, _checksum = read_frozen(session, cycle_id=find_cycle(session, LABELS[5]).id, kind="comments")
    database.close()
    for texts in document["comments"][INTERNATIONAL].values():
        english = [text for text in texts if text.isascii()]
        assert len(english) >= 3
        assert len(texts) - len(english) >= 3
        assert len(set(texts)) == len(texts) >= 10


def test_no_single_answer_and_no_key_of_a_closed_quarter_is_left(quarters: dict[int, Any], settings: Settings) -> None:
    assert quarters
    database = open_database(settings)
    with database.reading() as session:
        for table in ("sealed_answers", "responses", "comments"):
            assert session.scalar(select(func.count()).select_from(sql_table(table))) == 0
        open_cycle = find_cycle(session, LABELS[6])
        envelopes = session.scalar(select(func.count()).select_from(sql_table("envelopes")))
        assert envelopes == planted_truth(settings)[LABELS[6]][SHOP]["answering"]
        assert open_cycle.envelopes is None
    database.close()
    keys = [path.name for path in settings.key_dir.rglob("*.key")]
    assert keys == ["link.key"]  # of the open quarter; what opens the envelopes is with the key holders


def test_a_second_run_finds_the_company_and_the_same_unused_links(demo: Demo, settings: Settings) -> None:
    again = build_demo(settings, now=NOW, reset=False, say=lambda _sentence: pytest.fail("nothing is built again"))
    assert not again.built
    assert again.links == demo.links
    truth = planted_truth(settings)[LABELS[6]]
    for group in demo.links:
        name = "leaders" if group.group == SHOP else group.group
        assert len(group.links) == truth[name]["invited"] - truth[name]["answering"]


def test_a_company_of_another_version_is_built_anew(tmp_path: Path, each_database: Store) -> None:
    other = in_folder(tmp_path, each_database)
    build_demo(other, now=NOW, reset=False, say=lambda _sentence: None)
    marker = other.data_dir / "demo.json"
    marker.write_text(marker.read_text("utf-8").replace('"made_from": "', '"made_from": "0'), "utf-8")
    assert build_demo(other, now=NOW, reset=False, say=lambda _sentence: None).built
    assert not build_demo(other, now=NOW, reset=False, say=lambda _sentence: None).built


def test_every_story_has_its_report(quarters: dict[int, Any]) -> None:
    for story in STORIES:
        assert story.node in nodes(quarters[story.quarter])


def test_a_broken_build_is_built_anew(tmp_path: Path, each_database: Store) -> None:
    other = in_folder(tmp_path, each_database)
    said: list[str] = []

    def killed_in_the_third_quarter(sentence: str) -> None:
        said.append(sentence)
        if len(said) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(other, now=NOW, reset=False, say=killed_in_the_third_quarter)
    assert build_demo(other, now=NOW, reset=False, say=lambda _sentence: None).built


@pytest.mark.parametrize("reset", [False, True])
def test_an_installation_that_is_no_demo_is_never_thrown_away(
    tmp_path: Path, each_database: Store, reset: bool
) -> None:
    other = replace(in_folder(tmp_path, each_database), database_url=each_database.migrated(tmp_path / "data"))
    with pytest.raises(RefusalError, match=r"not the demo company.*ASSESS_DATA_DIR"):
        build_demo(other, now=NOW, reset=reset, say=lambda _sentence: None)
    database = open_database(other)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(sql_table("teams"))) == 0, "the tables are still there"
    database.close()


def test_leavers_and_joiners_stand_beside_the_figures(quarters: dict[int, Any]) -> None:
    assert not any("composition" in entry for entry in nodes(quarters[1]).values())
    moved = nodes(quarters[5])
    warehouse, merged = moved["Warehouse 仓储"]["composition"], moved[MERGED]["composition"]
    assert (warehouse["since"], warehouse["left"] >= 3) == (LABELS[3], True)
    assert merged["joined"] >= 3
    whole = moved["Operations 运营"]["composition"]
    assert whole["left"] == warehouse["left"] + merged["left"] - 3, "who changes teams inside a unit has not left it"
    for number, cycle in quarters.items():
        for entry in cycle["teams"]:
            assert "suppressed" not in entry or "composition" not in entry, f"quarter {number}"


def test_two_leaders_can_sign_in_and_lead_what_is_said(demo: Demo, settings: Settings) -> None:
    database = open_database(settings)
    leaders = [person for person in demo.accounts if person.leads]
    with database.reading() as session:
        led = [teams_led_by(session, person.email) for person in leaders]
    database.close()
    assert [person.leads for person in leaders] == ["After-sales 售后", "Lumen Home 流明家居"]
    assert all(person.leads in teams for person, teams in zip(leaders, led, strict=True))
    assert {person.opening_code for person in leaders} == {""}


def test_hr_and_two_key_holders_can_sign_in_and_the_codes_open_their_keys(demo: Demo, settings: Settings) -> None:
    database = open_database(settings)
    hr, *holders = [person for person in demo.accounts if not person.leads]
    for person in demo.accounts:
        assert sign_in(database, person.email, person.password, now=NOW).token
    with database.reading() as session:
        contract = contract_of(find_cycle(session, LABELS[6]))
        made = select(Account.email, HolderKey.wrapped_key).join(HolderKey, HolderKey.account_id == Account.id)
        wrapped: dict[str, bytes] = {row.email: row.wrapped_key for row in session.execute(made)}
    database.close()
    assert (hr.opening_code, len(holders), contract["level"]) == ("", 2, "anonymous")
    assert {holder["name"] for holder in contract["key_holders"]} == {holder.name for holder in holders}
    keys = {public_bytes(unwrap(holder.opening_code, wrapped[holder.email])) for holder in holders}
    assert keys == set(recipients_of(canonical_json(contract)))
    assert (settings.data_dir / "demo.json").stat().st_mode & 0o077 == 0


def test_whoever_serves_it_later_finds_the_same_shop(settings: Settings, demo: Demo) -> None:
    del demo
    plain = load_settings({"ASSESS_DATA_DIR": str(settings.data_dir), "ASSESS_DATABASE_URL": settings.database_url})
    database = open_database(plain)
    with database.reading() as session:
        served = in_force(session, plain)
    database.close()
    assert (served.organisation, served.contact, served.time_zone) == (SHOP, settings.contact, "Asia/Shanghai")
