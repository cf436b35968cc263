"""Four mistakes that a scorer is likely to make: each is planted on purpose, and an exact check must notice it.

A check that passes with the mistake in place would prove nothing about the code without it.
"""

from collections.abc import Callable
from fractions import Fraction
from math import comb, sqrt
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

from assess.scoring import change, cycle_statistics, favourable, interval, moments, persons
from assess.scoring.answers import AnswerMatrix
from assess.scoring.cycle_statistics import Summary
from assess.scoring.key import ScaleKey
from assess.scoring.moments import Moments
from tests.scoring.small_worlds import by_team, document_of, make_key, make_tree, matrix

TOY = (25.0, 50.0, 75.0, 75.0, 100.0)
T_975_6 = 2.4469118511449692  # qt(.975, 6)


def mutant(module: ModuleType, right: str, wrong: str) -> Any:
    """Run the source of a module with one place changed, under the same name but beside the real one."""
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert source.count(right) == 1, f"{module.__name__} has changed: plant the mistake anew"
    copy = ModuleType(module.__name__)
    exec(compile(source.replace(right, wrong), "mutant", "exec"), copy.__dict__)  # noqa: S102
    return copy


def toy(module: Any = moments) -> Any:
    scores = np.array(TOY)
    return module.moments_by_node(scores, np.ones(5, dtype=np.bool_), np.zeros(5, dtype=np.int32), 1)


def variance_has_the_divisor_n_less_1(module: Any) -> None:
    """Mean 65, squares 1600 + 225 + 100 + 100 + 1225 = 3250; divided by 4."""
    assert toy(module).variance.tolist() == [812.5]


def coarse_spread_has_the_divisor_n_less_1(module: Any) -> None:
    """SD 28.5 is recorded as 30, so that the sum of squares becomes 4 x 900."""
    assert toy(module).recorded().within.tolist() == pytest.approx([3600.0], rel=1e-12)


def record_has_the_divisor_n_less_1(module: Any) -> None:
    assert module.Summary(np.array([5]), np.array([65.0]), np.array([30.0])).within.tolist() == [3600.0]


def exact_limits(x: int, n: int, heads: int) -> tuple[Fraction, Fraction]:
    """All K that the data do not contradict at 2.5 %, by counting samples."""

    def chance(values: range, favourable: int) -> Fraction:
        ways = sum(comb(favourable, v) * comb(heads - favourable, n - v) for v in values)
        return Fraction(ways, comb(heads, n))

    tail = Fraction(25, 1000)
    kept = [
        k for k in range(x, heads - n + x + 1) if chance(range(x + 1), k) > tail and chance(range(x, n + 1), k) > tail
    ]
    return Fraction(kept[0], heads), Fraction(kept[-1], heads)


def share_has_both_exact_limits(module: Any) -> None:
    for x, n, heads in ((5, 8, 20), (0, 6, 14), (6, 6, 14), (9, 12, 40)):
        assert module.favourable_interval(x, n, heads) == tuple(map(float, exact_limits(x, n, heads)))


def change_has_two_tails(module: Any) -> None:
    """One person each: v = v0, t = d / sqrt(2 v0), and with 2 degrees of freedom p = 1 - |t| / sqrt(2 + t^2)."""
    single = np.array([1])
    for difference in (-30.0, 12.0, 44.0):
        one, two = (Summary(single, np.array([mean]), np.zeros(1)) for mean in (50.0, 50.0 + difference))
        t = abs(difference) / sqrt(2 * 484.0)
        assert module.moderated_change(one, two, 484.0).p.tolist() == pytest.approx([1 - t / sqrt(2 + t * t)], rel=1e-9)


def interval_shrinks_with_the_answered_part(module: Any) -> None:
    """Toy team of measurement, section 3.2: v = (2 x 484 + 3250) / 6 = 703, five of six answered."""
    five, everybody, six = toy(), np.array([5]), np.array([6])
    half = T_975_6 * sqrt(703.0 / 5 / 6)
    assert module.half_widths(five, six, 484.0, rho=1.0).tolist() == pytest.approx([half], rel=1e-9)
    assert module.half_widths(five, everybody, 484.0, rho=1.0).tolist() == [0.0]
    assert module.half_widths(five, six, 484.0, rho=0.0).tolist() == pytest.approx([half * sqrt(6)], rel=1e-9)


def organisation_shrinks_with_the_answered_part(module: Any) -> None:
    """Two strata of five, one of six invited and one complete: only the first is uncertain, with weight 1/2."""
    two = Moments(*(np.concatenate([part, part]) for part in (toy().n, toy().first, toy().second)))
    half = module.organisation_half(two, np.array([6, 5]), 484.0)
    assert half == pytest.approx(1.96 * sqrt(703.0 / 5 / 6 / 4), rel=1e-12)


def reversed_rating_is_mirrored_on_its_own_scale(module: Any) -> None:
    """lo + hi - x: on 0-4 it differs from the hi + 1 - x of a scale that begins at 1."""
    for lo, hi in ((1, 5), (0, 4), (-2, 2)):
        key = make_key((1,), reverse=(0,), scale=ScaleKey(lo, hi))
        values = np.arange(lo, hi + 1, dtype=np.int8)
        answers = AnswerMatrix(values[:, np.newaxis], np.zeros(values.size, dtype=np.int32))
        found = module.score_dimension(key, key.dimensions[0], answers)
        assert found.score.tolist() == [100.0, 75.0, 50.0, 25.0, 0.0]
        assert found.favourable.tolist() == [1, 1, 0, 0, 0]


class Mistake(NamedTuple):
    """`right` in the source of `module` becomes `wrong`; `check` must notice."""

    module: ModuleType
    right: str
    wrong: str
    check: Callable[[Any], None]


MISTAKES = {
    "divisor n in the variance of a team": Mistake(
        moments, "self.within / np.maximum(self.n - 1, 1)", "self.within / self.n", variance_has_the_divisor_n_less_1
    ),
    "divisor n in the recorded spread": Mistake(
        moments, "(self.n - 1) * deviation**2", "self.n * deviation**2", coarse_spread_has_the_divisor_n_less_1
    ),
    "divisor n in the variance of a record": Mistake(
        cycle_statistics, "(self.n - 1) * self.sd_100**2", "self.n * self.sd_100**2", record_has_the_divisor_n_less_1
    ),
    "upper tail without its own value": Mistake(
        favourable, "hypergeom.sf(x - 1, total", "hypergeom.sf(x, total", share_has_both_exact_limits
    ),
    "lower tail instead of the upper one": Mistake(
        favourable, "hypergeom.sf(x - 1, total", "hypergeom.cdf(x, total", share_has_both_exact_limits
    ),
    "upper tail instead of the lower one": Mistake(
        favourable, "hypergeom.cdf(x, total", "hypergeom.sf(x - 1, total", share_has_both_exact_limits
    ),
    "one tail of t": Mistake(change, "2.0 * stdtr(df, -np.abs(t))", "stdtr(df, -np.abs(t))", change_has_two_tails),
    "wrong tail of t": Mistake(
        change, "2.0 * stdtr(df, -np.abs(t))", "2.0 * stdtr(df, np.abs(t))", change_has_two_tails
    ),
    "no finite population correction": Mistake(
        interval, "np.maximum(1.0 - share, 0.0)", "1.0", interval_shrinks_with_the_answered_part
    ),
    "no finite population correction of strata": Mistake(
        interval, "v * silent / n", "v / n", organisation_shrinks_with_the_answered_part
    ),
    "reverse key of a scale from 1": Mistake(
        persons,
        "item.scale.lo + item.scale.hi - column",
        "item.scale.hi + 1 - column",
        reversed_rating_is_mirrored_on_its_own_scale,
    ),
    "reverse key forgotten": Mistake(
        persons, "if not item.reverse_keyed", "if True", reversed_rating_is_mirrored_on_its_own_scale
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_noticed(name: str) -> None:
    mistake = MISTAKES[name]
    mistake.check(mistake.module)
    with pytest.raises(AssertionError):
        mistake.check(mutant(mistake.module, mistake.right, mistake.wrong))


def team_of_five() -> dict[str, Any]:
    """Score team A, unrounded: 25, 50, 75, 75, 100, and one silent colleague."""
    rows = [[rating, 6 - rating] for rating in (2, 3, 4, 4, 5)]
    tree = make_tree([("A", None, 6)])
    return dict(by_team(document_of(make_key((2,), reverse=(1,)), matrix(rows, [0] * 5), tree, minimum=1)[1])["A"])


def test_the_document_itself_shows_the_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = team_of_five()["dimensions"]["D1"]
    assert figures["score_100"] == 65
    assert figures["sd_raw"] == pytest.approx(sqrt(812.5) / 25, rel=1e-12)
    assert (figures["low_100"], figures["high_100"]) == pytest.approx((325 / 6, 425 / 6), rel=1e-12)
    with monkeypatch.context() as planted:
        planted.setattr(Moments, "variance", property(lambda self: self.within / self.n))
        assert team_of_five()["dimensions"]["D1"]["sd_raw"] == pytest.approx(sqrt(650) / 25, rel=1e-12)
    with monkeypatch.context() as planted:
        planted.setattr(persons, "recoded", lambda column, _item: (column, column > 0))
        assert team_of_five()["dimensions"]["D1"]["score_100"] == 50
