"""What last quarter's result withholds is preferred for hiding again, node by node and figure by figure."""

from dataclasses import replace
from pathlib import Path

import pytest

from assess.scoring.limits import Limits
from assess.surveys.cycle_tree import cycle_tree
from assess.surveys.hidden_before import hidden_last_quarter, tree_with_memory
from assess.surveys.models import Cycle
from tests.surveys.shop import Shop, open_shop


def published(folder: Path) -> Shop:
    """Ads and Box are answered by all, Care by three of six."""
    shop = open_shop(folder)
    for group, count in (("Ads", 8), ("Box", 7), ("Care", 3)):
        for code in shop.codes[group][:count]:
            shop.answer(code, 4)
    shop.finish()
    return shop


@pytest.mark.usefixtures("each_database")
def test_the_first_quarter_remembers_nothing(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    with shop.database.reading() as session:
        tree = tree_with_memory(session, shop.cycle())
    assert (tree.places_hidden_before, tree.limits) == ((), Limits())
    shop.database.close()


@pytest.mark.usefixtures("each_database")
def test_nodes_and_figures_withheld_last_quarter_are_known_by_their_ids(tmp_path: Path) -> None:
    shop = published(tmp_path)
    last = shop.cycle()
    later = Cycle(
        quarter="2099Q1", closes_at=last.closes_at, instrument_code=last.instrument_code, contract=last.contract
    )
    tree = cycle_tree(last)
    with shop.database.reading() as session:
        found = hidden_last_quarter(session, later)
        remembered = tree_with_memory(session, later)
    names = dict(zip(tree.ids, tree.tree.names, strict=True))
    assert {names[node] for node in found.nodes} == {"Box", "Care"}
    assert remembered.limits.hidden_before == {tree.ids.index(node) for node in found.nodes}
    spoken = replace(tree, hidden_figures={"COM": frozenset({tree.ids[1], "somebody else"})})
    assert spoken.limits.hidden_figures == {"COM": {1}}
    shop.database.close()
