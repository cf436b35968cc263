"""Advice follows from displayed figures only, at most two pieces, one of them small."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.actions.catalogue import load_practices
from assess.scoring.advice import BUSINESS_HEAD, UNIT_HEAD, AdviceDimension, AdviceSettings, Basis, Displayed, recommend
from assess.surveys.instruments import load_instrument

PRACTICES = tuple(p.practice for p in load_practices())
BY_CODE = {p.code: p for p in PRACTICES}
INSTRUMENT = load_instrument("team24")
EVERY = tuple(
    AdviceDimension(d.code, tuple(i.code for i in INSTRUMENT.items if i.dimension == d.code))
    for d in INSTRUMENT.dimensions
)
CORE = EVERY[:4]
# The specification's table "What selects which practice", written out: team, cross-team and company columns in turn.
TABLE = {
    "COM": "P24 P25 P09 P14 P28 P29 P69 P79 P15 P26 P27 P30 P54 P57",
    "TRU": "P40 P28 P29 P33 P38 P42 P61 P70 P78 P03 P22 P27 P36 P39 P41 P56",
    "ROL": "P01 P02 P07 P09 P11 P71 P72 P80 P83 P85 P34 P06 P08 P12 P13 P39 P55 P56 P32 P35 P52 P64",
    "MOT": "P43 P02 P07 P09 P21 P49 P68 P74 P27 P55 P16 P22 P44 P63 P04 P84 P46",
    "GOAL": "P01 P02 P34 P62",
    "FLOW": "P07 P73 P06 P12 P13 P53",
    "GROW": "P18 P19 P21 P74 P16 P17 P63 P67 P48",
    "REWD": "P75 P64 P84 P47 P46 P51",
    "FAIR": "P75 P76 P64 P50",
    "XTEAM": "P77 P33 P30 P31 P32 P35 P54 P57 P52 P65",
    "CONF": "P40 P78 P41 P27",
    "KNOW": "P21 P61 P15 P22 P23",
    "INCL": "P42 P43 P74 P27 P63",
    "INNO": "P18 P29 P33 P44 P45",
    "LOAD": "P07 P10 P11 P14 P85 P12 P53 P55 P56 P66",
    "COHE": "P33 P38 P42 P60 P81 P36 P03 P20 P39 P84 P37",
    "DIRE": "P79 P04 P05 P51",
    "EXEC": "P40 P69 P82 P03 P26 P55 P05",
    "STRU": "P09 P61 P72 P83 P08 P58 P52 P59 P66 P65",
    "REVW": "P33 P68 P80 P62 P63",
}


def team(scores: dict[str, tuple[int, int]], n: int = 8, items: dict[str, int] | None = None) -> dict[str, Any]:
    """Build a displayed node: per dimension a score and a half-width."""
    return {
        "team": "A",
        "n": n,
        "dimensions": {
            code: {
                "n": n,
                "score_100": score,
                "compare_low_100": max(0, score - half),
                "compare_high_100": min(100, score + half),
            }
            for code, (score, half) in scores.items()
        },
        "items": {code: {"n": n, "percent_favourable": value} for code, value in (items or {}).items()},
    }


EVEN = {"COM": (70, 20), "TRU": (72, 20), "ROL": (66, 20), "MOT": (74, 20)}


@pytest.mark.parametrize("dimension", EVERY, ids=lambda d: d.code)
def test_the_order_within_a_dimension_is_that_of_the_table(dimension: AdviceDimension) -> None:
    items = frozenset(dimension.items)
    fitting = [p for p in PRACTICES if dimension.code in p.belongs_to]
    assert [p.code for p in sorted(fitting, key=lambda p: p.rank_for(items))] == TABLE[dimension.code].split()


def test_nothing_singled_out_gives_one_starting_point_and_the_habit() -> None:
    advice = recommend(team(EVEN), PRACTICES, dimensions=CORE)
    assert [(r.practice, r.dimension, r.basis) for r in advice] == [
        ("P01", "ROL", Basis.STARTING_POINT),
        ("P68", None, Basis.HABIT),
    ]
    assert [(d.figure, d.value) for d in advice[0].because] == [
        ("score_100", 66.0),
        ("compare_low_100", 46.0),
        ("compare_high_100", 86.0),
    ]


def test_only_a_whole_interval_below_fifty_is_called_clear() -> None:
    assert recommend(team({**EVEN, "COM": (30, 19)}), PRACTICES, dimensions=CORE)[0].basis is Basis.CLEAR
    assert recommend(team({**EVEN, "COM": (30, 20)}), PRACTICES, dimensions=CORE)[0].basis is Basis.STARTING_POINT


def test_two_clear_dimensions_take_both_places_lowest_first() -> None:
    advice = recommend(team({**EVEN, "COM": (30, 15), "TRU": (20, 15)}), PRACTICES, dimensions=CORE)
    assert [(r.dimension, r.basis) for r in advice] == [("TRU", Basis.CLEAR), ("COM", Basis.CLEAR)]


def test_where_more_is_worse_the_score_is_turned() -> None:
    hostility = (AdviceDimension("COM", CORE[0].items, higher_is_better=False), *CORE[1:])
    advice = recommend(team({**EVEN, "COM": (80, 10)}), PRACTICES, dimensions=hostility)
    assert (advice[0].dimension, advice[0].basis) == ("COM", Basis.CLEAR)
    assert recommend(team({**EVEN, "COM": (10, 5)}), PRACTICES, dimensions=hostility)[0].dimension == "ROL"


def test_from_ten_answers_the_lowest_item_chooses_and_below_ten_it_does_not() -> None:
    items = {"ROL1": 80, "ROL4": 20, "ROL6": 60}
    assert recommend(team(EVEN, n=10, items=items), PRACTICES, dimensions=CORE)[0].practice == "P71"
    assert recommend(team(EVEN, n=9, items=items), PRACTICES, dimensions=CORE)[0].practice == "P01"


def test_an_end_word_is_lower_than_any_percentage() -> None:
    node = team(EVEN, n=12, items={"ROL1": 10})
    node["items"]["ROL4"] = {"n": 12, "word": "almost_nobody"}
    assert recommend(node, PRACTICES, dimensions=CORE)[0].practice == "P71"


def test_what_was_recommended_lately_waits_three_quarters_then_the_oldest_returns() -> None:
    def first(already: list[list[str]]) -> str:
        return recommend(team(EVEN), PRACTICES, dimensions=CORE, already=already)[0].practice

    assert first([["P01"]]) == "P02"
    assert first([["P01"], ["P02"], ["P07"]]) == "P09"
    assert first([["P01"], [], [], []]) == "P01"
    codes = [c for c in TABLE["ROL"].split() if BY_CODE[c].scope == "team" and not BY_CODE[c].guards.functions]
    assert first([codes[1:], codes[:1]]) == codes[1]


def test_guards_hold() -> None:
    low_trust = {**EVEN, "TRU": (40, 30)}
    lists = [[c for c in TABLE["TRU"].split() if c not in {"P39", "P56"}]]

    def first(settings: AdviceSettings) -> str:
        return recommend(team(low_trust), PRACTICES, dimensions=CORE, settings=settings, already=lists)[0].practice

    assert first(AdviceSettings()) not in {"P39", "P56"}
    assert first(AdviceSettings(age_months=3)) == "P39"
    assert first(AdviceSettings(age_months=6)) != "P39"
    assert first(AdviceSettings(function="technology")) == "P56"
    assert first(AdviceSettings(function="service")) != "P56"


@pytest.mark.parametrize(
    ("code", "dimension", "fact"),
    [("P47", "REWD", "bonus"), ("P51", "DIRE", "equity"), ("P59", "STRU", "vacancy"), ("P60", "COHE", "vacancy")],
)
def test_what_needs_a_fact_about_the_company_waits_for_it(code: str, dimension: str, fact: str) -> None:
    lists = [[c for c in TABLE[dimension].split() if c != code]]
    scopes = ("team", "cross-team", "company")
    node = team({dimension: (40, 30)})

    def first(has: frozenset[str]) -> str:
        settings = AdviceSettings(has=has, scopes=scopes)
        return recommend(node, PRACTICES, dimensions=EVERY, settings=settings, already=lists)[0].practice

    assert first(frozenset({fact})) == code
    assert first(frozenset()) != code


@pytest.mark.parametrize(("role", "communication", "chosen"), [(50, 50, True), (49, 50, False), (50, 49, False)])
def test_an_outing_waits_for_clear_roles_and_communication(role: int, communication: int, chosen: bool) -> None:
    settings = AdviceSettings(scopes=("company",))
    node = team({"ROL": (role, 40), "COM": (communication, 40), "COHE": (30, 30)})
    lists = [[c for c in TABLE["COHE"].split() if c != "P37"]]
    advice = recommend(node, PRACTICES, dimensions=EVERY, settings=settings, already=lists)
    assert (advice[0].practice == "P37") is chosen


def test_an_outing_is_not_advised_where_the_scores_it_waits_for_are_withheld() -> None:
    settings = AdviceSettings(scopes=("company",))
    node = team({"COHE": (30, 30)})
    node["dimensions"]["ROL"] = {"suppressed": "too_few"}
    lists = [[c for c in TABLE["COHE"].split() if c != "P37"]]
    advice = recommend(node, PRACTICES, dimensions=EVERY, settings=settings, already=lists)
    assert advice[0].practice != "P37"


def test_after_a_practice_that_is_not_small_the_second_clear_dimension_gives_a_small_one() -> None:
    node = team({**EVEN, "COM": (30, 15), "TRU": (20, 15)})
    small = [[c for c in TABLE[d].split() if BY_CODE[c].effort == "S"] for d in ("TRU", "COM")]
    advice = recommend(node, PRACTICES, dimensions=CORE, already=[[*small[0], *small[1]]])
    assert [(r.dimension, BY_CODE[r.practice].effort) for r in advice] == [("TRU", "M"), ("COM", "S")]


def test_the_lowest_quarter_of_the_teams_is_clear_where_shrunken_means_are_displayed() -> None:
    node = team(EVEN)
    organisation = {"dimensions": {"TRU": {"mu_100": 75, "tau2": 0.16}}}  # tau 0.4 of 4 raw units: 10 points

    def basis(shrunken: int) -> tuple[str | None, Basis]:
        node["dimensions"]["TRU"]["shrunken_100"] = shrunken
        first = recommend(node, PRACTICES, dimensions=CORE, organisation=organisation)[0]
        return first.dimension, first.basis

    assert basis(68) == ("TRU", Basis.CLEAR)  # 75 - 6.74 = 68.26
    assert basis(69) == ("ROL", Basis.STARTING_POINT)


def test_shrunken_means_choose_the_starting_point_only_where_all_are_displayed() -> None:
    node = team(EVEN)
    for code, shrunken in {"COM": 60, "TRU": 70, "ROL": 68}.items():
        node["dimensions"][code]["shrunken_100"] = shrunken
    assert recommend(node, PRACTICES, dimensions=CORE)[0].dimension == "ROL"
    node["dimensions"]["MOT"]["shrunken_100"] = 71
    assert recommend(node, PRACTICES, dimensions=CORE)[0].dimension == "COM"


def test_a_clear_fall_and_two_camps_are_clear_and_say_why() -> None:
    fallen = {**team(EVEN), "change": {"MOT": {"word": "lower"}}}
    first = recommend(fallen, PRACTICES, dimensions=CORE)[0]
    assert (first.dimension, first.basis) == ("MOT", Basis.CLEAR)
    assert first.because[-1] == Displayed("MOT", "change", "lower")
    split = team(EVEN, n=10)
    split["dimensions"]["COM"]["spread_word"] = "camps"
    first = recommend(split, PRACTICES, dimensions=CORE)[0]
    assert (first.dimension, first.basis) == ("COM", Basis.CLEAR)
    assert first.because[-1] == Displayed("COM", "spread_word", "camps")


def outcome(code: str, n: int = 14, **figures: float | str) -> dict[str, Any]:
    return {**team(EVEN, n=n), "outcomes": {code: {"n": n, **figures}}}


def test_an_outcome_whose_whole_interval_is_below_half_is_clear_and_chooses_by_its_triggers() -> None:
    node = outcome("OUT3", percent_favourable=20, percent_high=49)
    first, second = recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT3",))
    assert (first.practice, first.dimension, first.basis, first.item) == ("P01", None, Basis.CLEAR, "OUT3")
    assert first.because == (
        Displayed("OUT3", "percent_favourable", 20.0),
        Displayed("OUT3", "percent_high", 49.0),
    )
    assert second.practice == "P68"
    again = recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT3",), already=[["P01"]])
    assert (again[0].practice, again[0].waiting) == ("P26", ("P01",))


def test_leaving_chooses_where_it_is_displayed_to_the_reader_and_nowhere_else() -> None:
    node = outcome("OUT2", word="almost_nobody")
    assert recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT2",))[0].practice == "P74"
    head = AdviceSettings(scopes=BUSINESS_HEAD)
    assert recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT2",), settings=head)[0].practice == "P48"
    assert recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT3",))[0].basis is Basis.STARTING_POINT
    assert recommend(node, PRACTICES, dimensions=CORE)[0].basis is Basis.STARTING_POINT


@pytest.mark.parametrize(
    ("n", "figures"),
    [
        (14, {"percent_favourable": 35, "percent_high": 50}),
        (9, {"word": "few"}),
        (14, {"word": "almost_everybody"}),
        (14, {"percent_favourable": {"suppressed": "too_few"}}),
    ],
)
def test_an_outcome_within_the_noise_or_below_ten_answers_chooses_nothing(n: int, figures: dict[str, Any]) -> None:
    advice = recommend(outcome("OUT3", n, **figures), PRACTICES, dimensions=CORE, outcomes=("OUT3",))
    assert advice[0].basis is Basis.STARTING_POINT


def test_clear_dimensions_come_before_clear_outcomes() -> None:
    node = outcome("OUT3", percent_favourable=20, percent_high=40)
    node["dimensions"]["COM"] |= {"score_100": 30, "compare_low_100": 20, "compare_high_100": 40}
    advice = recommend(node, PRACTICES, dimensions=CORE, outcomes=("OUT3",))
    assert [(r.dimension, r.item, r.practice) for r in advice] == [("COM", None, "P24"), (None, "OUT3", "P01")]


def test_it_says_which_item_chose_and_which_practices_wait() -> None:
    items = {"ROL1": 80, "ROL4": 20, "ROL6": 60}
    first = recommend(team(EVEN, n=12, items=items), PRACTICES, dimensions=CORE)[0]
    assert (first.practice, first.item) == ("P71", "ROL4")
    assert first.because[-1] == Displayed("ROL4", "percent_favourable", 20.0)
    assert first.waiting == ()
    small = recommend(team(EVEN), PRACTICES, dimensions=CORE, already=[["P01", "P02"], ["P07"]])[0]
    assert (small.practice, small.item, small.waiting) == ("P09", None, ("P01", "P02", "P07"))


def test_when_all_were_there_lately_nothing_is_said_to_wait() -> None:
    codes = [c for c in TABLE["ROL"].split() if BY_CODE[c].scope == "team" and not BY_CODE[c].guards.functions]
    first = recommend(team(EVEN), PRACTICES, dimensions=CORE, already=[codes[1:], codes[:1]])[0]
    assert (first.practice, first.waiting) == (codes[1], ())


def test_the_business_head_gets_company_matters_first_and_the_habit_always() -> None:
    head = AdviceSettings(scopes=BUSINESS_HEAD)
    advice = recommend(team({**EVEN, "MOT": (40, 30)}), PRACTICES, dimensions=CORE, settings=head)
    assert [(r.practice, BY_CODE[r.practice].scope) for r in advice] == [("P04", "company"), ("P68", "team")]
    trust = recommend(team({**EVEN, "TRU": (40, 30)}), PRACTICES, dimensions=CORE, settings=head)
    assert BY_CODE[trust[0].practice].scope == "team"  # no company practice belongs to trust
    only = recommend(team(EVEN), PRACTICES, dimensions=CORE, settings=AdviceSettings(scopes=("company",)))
    assert [r.practice for r in only] == ["P52", "P68"]


def test_the_lowest_item_moves_no_team_matter_before_the_business_heads() -> None:
    node = team({**EVEN, "MOT": (40, 30)}, n=60, items={"MOT1": 80, "MOT4": 10})
    head = AdviceSettings(scopes=BUSINESS_HEAD)
    assert recommend(node, PRACTICES, dimensions=CORE, settings=head)[0].practice == "P04"
    assert recommend(node, PRACTICES, dimensions=CORE)[0].practice == "P21"


def test_the_head_of_a_unit_gets_what_two_leads_decide_after_what_a_team_decides() -> None:
    head = AdviceSettings(scopes=UNIT_HEAD)
    own = [c for c in TABLE["COM"].split() if BY_CODE[c].scope == "team"]
    node = team({**EVEN, "COM": (40, 30)})
    assert recommend(node, PRACTICES, dimensions=CORE, settings=head)[0].practice == "P24"
    assert recommend(node, PRACTICES, dimensions=CORE, settings=head, already=[own])[0].practice == "P30"


@pytest.mark.parametrize("range_raw", [4, 10])
def test_the_lowest_quarter_is_measured_on_the_scale_of_the_dimension(range_raw: int) -> None:
    """One raw unit between teams is 25 points on a scale from 1 to 5, and 10 points on one from 0 to 10."""
    node = team({"COM": (70, 20)})
    node["dimensions"]["COM"]["shrunken_100"] = 60
    dimension = AdviceDimension("COM", CORE[0].items, range_raw=range_raw)
    organisation = {"dimensions": {"COM": {"mu_100": 70, "tau2": 1.0}}}
    first = recommend(node, PRACTICES, dimensions=[dimension], organisation=organisation)[0]
    assert (first.basis is Basis.CLEAR) == (range_raw == 10)


def test_the_lowest_dimension_without_practices_leaves_the_habit_only() -> None:
    strange = (AdviceDimension("HOSTIL", ("HOSTIL01",)), *CORE)
    advice = recommend(team({**EVEN, "HOSTIL": (20, 40)}), PRACTICES, dimensions=strange)
    assert [(r.practice, r.basis) for r in advice] == [("P68", Basis.HABIT)]


def test_company_matters_never_reach_a_team_lead() -> None:
    everything = [[p.code for p in PRACTICES if p.scope == "team"]]
    for lowest in ("COM", "TRU", "ROL", "MOT"):
        node = team({**EVEN, lowest: (40, 30)})
        for advice in recommend(node, PRACTICES, dimensions=CORE, already=everything):
            assert BY_CODE[advice.practice].scope == "team"


@pytest.mark.parametrize(
    "node",
    [
        {"team": "A", "suppressed": "too_few"},
        {},
        {"dimensions": {"COM": {"suppressed": "protects_others"}}},
        {"dimensions": {"XYZ": {"score_100": 3, "n": 9}}},
    ],
)
def test_what_is_withheld_or_unknown_advises_nothing_but_the_habit(node: dict[str, Any]) -> None:
    assert [r.practice for r in recommend(node, PRACTICES, dimensions=CORE)] == ["P68"]


scores = st.tuples(st.integers(0, 100), st.integers(1, 10).map(lambda m: 5 * m))
nodes = st.builds(
    team,
    st.fixed_dictionaries({d.code: scores for d in CORE}),
    st.integers(5, 30),
    st.dictionaries(st.sampled_from([i for d in CORE for i in d.items]), st.integers(0, 20).map(lambda m: 5 * m)),
)
histories = st.lists(st.lists(st.sampled_from(sorted(BY_CODE)), max_size=2), max_size=6)


@given(nodes, histories, st.permutations(PRACTICES))
def test_laws_of_every_piece_of_advice(node: dict[str, Any], already: list[list[str]], shuffled: list[Any]) -> None:
    advice = recommend(node, PRACTICES, dimensions=CORE, already=already)
    assert 1 <= len(advice) <= 2
    assert len({r.practice for r in advice}) == len(advice)
    assert any(BY_CODE[r.practice].effort == "S" for r in advice)
    assert sum(r.basis is Basis.STARTING_POINT for r in advice) <= 1
    assert recommend(node, shuffled, dimensions=CORE, already=already) == advice
    for piece in advice:
        if piece.basis is Basis.CLEAR:
            assert node["dimensions"][piece.dimension]["compare_high_100"] < 50


@given(nodes)
def test_only_displayed_figures_count(node: dict[str, Any]) -> None:
    dressed = {**node, "raw": [1, 2, 3], "dimensions": {c: {**f, "sd_raw": 0.3} for c, f in node["dimensions"].items()}}
    assert recommend(dressed, PRACTICES, dimensions=CORE) == recommend(node, PRACTICES, dimensions=CORE)
