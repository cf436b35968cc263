"""The residual rule in the key holder's browser hides exactly what the server would hide."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from assess.scoring.disclosure import residual_pattern
from assess.scoring.tree import Tree
from tests.browser.bench import Bench, workbench

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(chromium: Browser) -> Iterator[Bench]:
    with workbench(chromium, "holder/residual.js") as bench:
        yield bench


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, object]:
    """A forest in any order of nodes; few sizes, so that ties and chains of covered nodes are common."""
    count = draw(st.integers(1, 24))
    above = [-1]
    for node in range(1, count):
        nearest = draw(st.sampled_from([0, max(0, node - 3)]))  # flat or deep
        above.append(-1 if draw(st.integers(0, 11)) == 0 else draw(st.integers(nearest, node - 1)))
    order = draw(st.permutations(range(count)))
    parents = [0] * count
    for node, parent in enumerate(above):
        parents[order[node]] = -1 if parent < 0 else order[parent]
    sizes = st.sampled_from(draw(st.sampled_from([(0, 5), (0, 1, 5), (0, 0, 2, 5, 6), (0, 3, 4, 7, 12)])))
    freely = draw(st.booleans())
    return {
        "parents": parents,
        "direct": [draw(sizes) for _ in range(count)],
        "names": draw(st.permutations([f"n{node:02}" for node in range(count)])),
        "allowed": [freely or draw(st.integers(0, 5)) > 0 for _ in range(count)],
        "hidden_before": [draw(st.integers(0, 3)) == 0 for _ in range(count)],
        "minimum": draw(st.sampled_from([1, 2, 4, 5, 5, 10])),
    }


@settings(max_examples=800, deadline=None)
@given(organisation=organisations())
def test_the_browser_hides_what_the_server_hides(bench: Bench, organisation: dict[str, list[int]]) -> None:
    names, parents = organisation["names"], np.array(organisation["parents"], dtype=np.int32)
    tree = Tree(tuple(str(name) for name in names), parents, np.full(len(names), -1, dtype=np.int32))
    direct = np.array(organisation["direct"], dtype=np.int64)
    minimum = int(str(organisation["minimum"]))
    wanted = residual_pattern(
        direct,
        tree,
        minimum=minimum,
        allowed=np.array(organisation["allowed"], dtype=bool),
        hidden_before=np.flatnonzero(organisation["hidden_before"]).tolist(),
    )
    given_tree = {name: organisation[name] for name in ("parents", "allowed", "hidden_before")}
    given_tree["ranks"] = tree.name_ranks.tolist()
    got = bench.run(
        "({direct, tree, minimum}) => residualPattern(direct, tree, minimum)",
        {"direct": organisation["direct"], "tree": given_tree, "minimum": minimum},
    )
    assert got["published"] == wanted.published.tolist()
    assert got["owners"] == wanted.owners.tolist()


def test_a_company_of_five_thousand_teams_is_decided_alike(bench: Bench) -> None:
    random = np.random.default_rng(7)
    parents = [-1, *(int(random.integers(0, max(1, node // 4))) for node in range(1, 5000))]
    direct = [int(n) for n in random.choice([0, 1, 2, 5, 6], 5000)]
    names = tuple(f"t{n:04}" for n in random.permutation(5000))
    tree = Tree(names, np.array(parents, dtype=np.int32), np.full(5000, -1, np.int32))
    wanted = residual_pattern(np.array(direct), tree, minimum=5)
    same = {"parents": parents, "ranks": tree.name_ranks.tolist()}
    same |= {"allowed": [True] * 5000, "hidden_before": [False] * 5000}
    got = bench.run("({direct, tree}) => residualPattern(direct, tree, 5).owners", {"direct": direct, "tree": same})
    assert got == wanted.owners.tolist()
