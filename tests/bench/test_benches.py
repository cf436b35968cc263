"""The simulations of bench/ run, judge every target, and draw the answers that they claim to draw."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from assess.scoring.change import ChangeWord

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(autouse=True)
def beside_each_other(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Import as when a script is started: from its own folder, and under a name that hides no package."""
    monkeypatch.syspath_prepend(BENCH)
    yield
    sys.modules.pop("populations", None)
    sys.modules.pop("verdict", None)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def row(printed: str, start: str) -> list[float]:
    """Numbers of the first line that begins so, after that beginning."""
    line = next(line for line in printed.splitlines() if line.startswith(start))
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", line.removeprefix(start))]


def targets(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith("Target: ")]


def test_coverage_prints_every_kind_and_judges_nine_targets(capsys: pytest.CaptureFixture[str]) -> None:
    bench = load("coverage")
    bench.run(bench.Plan(60, 2, ((8, 6), (12, 10))))
    printed = capsys.readouterr().out
    coverage, lowest, width, *_ = row(printed, "mix")
    assert 85.0 < lowest <= coverage <= 100.0
    assert 5.0 < width < 25.0
    assert all(f"\n{kind}" in printed for kind in (*bench.KINDS, "two camps 70:30", "lone dissenter", "lq2002 TSIG"))
    found = targets(printed)
    assert len(found) == 9
    assert "favourable share" in found[7]  # counted, not drawn: the same in every run
    assert found[7].endswith("holds (mean 99.5, worst 95.6 %)")


def test_change_prints_alarms_power_and_arrows_and_judges_three_targets(capsys: pytest.CaptureFixture[str]) -> None:
    bench = load("change")
    bench.run(bench.Plan(40, 20, 1))
    printed = capsys.readouterr().out
    assert row(printed, "random respondents, r = .5")[0] < 10.0
    assert row(printed, " 20")[0] == 19.0  # points of SD 20: the smallest visible change is not drawn
    assert all(0.0 <= rate <= 100.0 for rate in row(printed, "14 teams, r = 0.6, mood SD 3: false"))
    assert len(targets(printed)) == 3


def test_comparison_prints_errors_gate_and_drivers_and_judges_six_targets(capsys: pytest.CaptureFixture[str]) -> None:
    bench = load("comparison")
    bench.run(bench.Plan(4, bench.BLOCK, 50, 2))
    printed = capsys.readouterr().out
    assert row(printed, "LEAD")[1:4] == [2.0, 2.0, 0.0]  # likely, possibly, other labels than Monte Carlo
    right = row(printed, "  1000")
    assert min(right) > 90.0
    assert len(targets(printed)) == 6


def test_the_track_record_finds_what_works_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    bench = load("track_record")
    found = bench.companies(bench.CASES[0], 1, 10)
    assert len(found) == 17
    assert np.mean([told.first.low > 0 for told in found]) > 0.8
    assert np.mean([each.low > 0 for told in found for each in told.others]) < 0.15
    assert np.mean([told.first.mean for told in found]) == pytest.approx(10.0, abs=2.0)
    null = bench.companies(bench.CASES[0], 1, 0)
    assert abs(np.mean([told.overall.mean for told in null])) < 1.0


@pytest.mark.parametrize("name", ["coverage", "change", "comparison", "verdict", "track_record"])
def test_a_bench_explains_its_command_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    bench = load(name)
    sys_argv, sys.argv = sys.argv, [name, "--help"]
    try:
        with pytest.raises(SystemExit):
            bench.main()
    finally:
        sys.argv = sys_argv
    assert "--quick" in capsys.readouterr().out


def test_kinds_of_teams_answer_in_the_shares_that_define_them() -> None:
    world = load("populations")
    random = np.random.default_rng(1)
    for place, kind in enumerate(world.NAMES):
        latent = world.normal(random, world.TEAM + world.PERSON, 20_000, 1)
        answers = world.person_scores(latent, world.CUTS[place], random, items=1)
        shares = [float((answers == option).mean()) for option in (0.0, 25.0, 50.0, 75.0, 100.0)]
        assert shares == pytest.approx(world.KINDS[kind], abs=0.015), kind


def test_a_shift_moves_the_expected_score_by_so_many_points_and_never_above_99() -> None:
    world = load("populations")
    kinds = np.arange(len(world.NAMES))
    cuts = world.CUTS
    before = world.expected_score(np.zeros(len(kinds)), cuts, 1.0)
    after = world.expected_score(world.latents(10.0, kinds), cuts, 1.0)
    assert after == pytest.approx(np.minimum(before + 10.0, 99.0), abs=1e-4)
    assert world.expected_score(world.latents(25.0, kinds), cuts, 1.0)[1] == pytest.approx(99.0, abs=1e-4)


def test_a_large_change_of_one_dimension_is_called_there_and_rarely_elsewhere() -> None:
    bench = load("change")
    case = bench.Case("large", who=bench.Who.ALL, kind="middle", rosters=(20, 20))
    found = bench.simulated(case, 100, 1, points=40.0)
    assert found.said[:, 0].mean() > 0.95
    assert found.said[:, 1:].mean() < 0.10
    assert found.difference_100[:, 0].mean() == pytest.approx(40.0, abs=3.0)
    assert str(ChangeWord.HIGHER) == "higher"


def test_the_same_people_answer_again_and_random_ones_do_not() -> None:
    bench = load("change")
    random = np.random.default_rng(1)
    kinds = np.zeros(200, dtype=np.int64)
    for who, same in ((bench.Who.SAME, True), (bench.Who.RANDOM, False)):
        first, second = bench.quarters(bench.Case("", 1.0, who), kinds, np.zeros((2, 200, 4)), random)
        assert bool((first.n == second.n).all()) is same
