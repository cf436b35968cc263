"""D4: from the numbers that are printed an adversary rebuilds sums and subtracts them; no small group comes out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from assess.releases.document import ScoredCycle, cycle_document
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.guard import score_guarded
from assess.scoring.tree import Tree
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company
from tests.adversaries.rendered.matrix import Parents, ancestors, isolated, residuals
from tests.adversaries.rendered.seen import printed
from tests.scoring.small_worlds import make_key

MINIMUM = 5
LEADERS = "leaders"
NAMES = {"COM": "Communication", "TRU": "Trust", "ROL": "Role clarity", "MOT": "Motivation"}
_ANSWERED = re.compile(r"(\d+) of (\d+) answered")
_ROW = re.compile(r'<tr><th scope="row">([^<]+)</th><td>(\d+)</td><td>(\d+)</td>')
_LINE = re.compile(r"^(Communication|Trust|Role clarity|Motivation) +(\d+) +(\d+) ", re.MULTILINE)


def parents_of(company: Company, quarter: int) -> Parents:
    """Take the tree from the imported files, which everybody in the company knows."""
    folder = company.settings.data_dir / "imports" / company.labels[quarter]
    lines = (folder / "teams.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    pairs = [line.split(",")[:2] for line in lines]
    known: dict[str, str | None] = {name: parent or None for name, parent in pairs}
    for node in company.nodes(quarter):
        name = str(node["team"])
        known.setdefault(name, known.get(name.split(" + ", maxsplit=1)[0]))
    return known


def read(company: Company, name: str, quarter: int) -> tuple[int, dict[str, tuple[int, int]]]:
    """Read n, and per dimension n and score, from the page of a report."""
    page = company.page(name, quarter)
    found = _ANSWERED.search(page)
    assert found
    return int(found[1]), {row: (int(n), int(score)) for row, n, score in _ROW.findall(page)}


@pytest.mark.parametrize("quarter", [3, LATEST])
def test_subtracting_printed_counts_gives_nobody_or_at_least_five(company: Company, quarter: int) -> None:
    parents = parents_of(company, quarter)
    pages = {entry["team"]: read(company, entry["team"], quarter) for entry in company.released(quarter)}
    tables = [{name: n for name, (n, _rows) in pages.items()}]
    tables += [{name: rows[code][0] for name, (_n, rows) in pages.items() if code in rows} for code in NAMES.values()]
    for counts in tables:
        assert len(counts) > 5
        assert all(count == 0 or count >= MINIMUM for count in residuals(counts, parents).values()), counts


def test_the_sums_that_subtraction_gives_are_those_of_the_printed_rest(company: Company) -> None:
    """Products of printed n and score tell of a hidden group what is printed of the rest anyway."""
    parents = parents_of(company, LATEST)
    pages = {entry["team"]: read(company, entry["team"], LATEST)[1] for entry in company.released()}
    others = {other["parent"]: other for other in company.cycle()["others"]}
    for code, label in NAMES.items():
        counts = {name: rows[label][0] for name, rows in pages.items()}
        sums = {name: rows[label][0] * rows[label][1] for name, rows in pages.items()}
        left, points = residuals(counts, parents), residuals(sums, parents)
        printed_rests = {holder: other["dimensions"][code] for holder, other in others.items()}
        units = set(parents.values()) - {None}
        assert {holder for holder, n in left.items() if n and holder in units} == set(printed_rests)
        for holder, rest in printed_rests.items():
            assert left[holder] == rest["n"]
            rounding = (counts[holder] + rest["n"] + sum(counts.values())) / 2
            assert abs(points[holder] - rest["n"] * rest["score_100"]) <= rounding


def test_drawn_files_print_what_the_pages_say(company: Company) -> None:
    for name in ("Lumen Home 流明家居", "Marketing 营销", "Pre-sales 售前咨询", "Home textiles 家纺"):
        text = printed(company.pdf(name))
        n, rows = read(company, name, LATEST)
        found = _ANSWERED.search(text)
        assert found
        assert int(found[1]) == n
        assert {row: (int(count), int(score)) for row, count, score in _LINE.findall(text)} == rows


@pytest.mark.parametrize("quarter", QUARTERS)
def test_no_combination_of_published_rows_isolates_fewer_than_five(company: Company, quarter: int) -> None:
    """The exact test, with the sizes that only the truth has: rank with and without every small set of groups."""
    parents = parents_of(company, quarter)
    truth = company.truth[company.labels[quarter]]
    units = {parent for parent in parents.values() if parent}
    top = next(name for name, parent in parents.items() if parent is None)
    groups = [str(group["name"]) for group in company.results[quarter]["groups"] if group["name"] not in units]
    sizes = {group: int(truth[group]["answering"]) for group in groups} | {LEADERS: int(truth[LEADERS]["answering"])}
    below = {name: frozenset(g for g in groups if g == name or name in ancestors(g, parents)) for name in parents}
    below[top] |= {LEADERS}
    rows = {entry["team"]: below[entry["team"]] for entry in company.released(quarter)}
    cycle = company.cycle(quarter)
    rests = []
    for other in cycle["others"]:
        inside = [rows[name] for name in rows if other["parent"] in ancestors(name, parents)]
        rests.append(below[other["parent"]] - frozenset().union(*inside))
        assert sum(sizes[group] for group in rests[-1]) == other["n"]
    assert cycle["organisation"]["n"] == sum(sizes.values()), "the row of the organisation is that of the top"
    assert isolated([*rows.values(), *rests], sizes) == []
    hidden = [name for name in company.withheld(quarter) if name in sizes and sizes[name] >= MINIMUM]
    for name in hidden:
        told = isolated([*rows.values(), *rests, below[name]], sizes)
        assert told, f"showing {name} as well must tell a small group, or it is hidden for nothing"


def test_the_oracle_says_no() -> None:
    sizes = {"a": 8, "b": 4, "c": 6}
    whole = frozenset("abc")
    assert isolated([whole, frozenset("a")], sizes) == []
    assert isolated([whole, frozenset("a"), frozenset("c")], sizes) == [(frozenset("b"), 4)]
    assert isolated([whole, frozenset("ab"), frozenset("bc"), frozenset("ac")], sizes) == [(frozenset("b"), 4)]
    assert residuals({"top": 18, "a": 8, "c": 6}, {"top": None, "a": "top", "b": "top", "c": "top"})["top"] == 4


def world(seed: int) -> tuple[dict[str, Any], Parents]:
    """Score a random company in which people skip single items and whole dimensions."""
    rng = np.random.default_rng(seed)
    key = make_key((2, 3), reverse=(1,), outcomes=1)
    names, above = ["top"], [-1]
    for unit in range(int(rng.integers(1, 4))):
        names.append(f"unit{unit}")
        above.append(0)
        place = len(names) - 1
        for team in range(int(rng.integers(1, 5))):
            names.append(f"team{unit}{team}")
            above.append(place)
    people = rng.integers(0, 10, len(names))
    people[1 : len(names)] = np.where(rng.random(len(names) - 1) < 0.2, 0, people[1:])
    nodes = np.repeat(np.arange(len(names)), people)
    ratings = rng.integers(1, 6, (nodes.size, 6))
    ratings[rng.random(ratings.shape) < 0.08] = MISSING
    ratings[rng.random(nodes.size) < 0.1, :2] = MISSING
    ratings[rng.random(nodes.size) < 0.1, 2:5] = MISSING
    heads = people + rng.integers(0, 3, len(names))
    tree = Tree(tuple(names), np.array(above, dtype=np.int32), heads.astype(np.int32))
    answers = AnswerMatrix(ratings.astype(np.int8), nodes.astype(np.int32))
    scores = score_guarded(key, answers, tree, minimum=MINIMUM)
    document = dict(cycle_document(ScoredCycle("2026Q4", scores)))
    return document, {name: names[up] if up >= 0 else None for name, up in zip(names, above, strict=True)}


def shown_counts(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, int], int | None]]:
    """Give per statistic the counts of nodes that show it, and that of the organisation."""
    entries = [entry for entry in [*document["teams"], *document["units"]] if "suppressed" not in entry]
    whole = document["organisation"]
    yield "n", {entry["team"]: entry["n"] for entry in entries}, whole.get("n")
    yield (
        "overall",
        {e["team"]: e["overall"]["n"] for e in entries if "n" in e["overall"]},
        whole.get("overall", {}).get("n"),
    )
    for kind in ("dimensions", "items", "outcomes"):
        for code in {code for entry in entries for code in entry[kind]}:
            counts = {entry["team"]: entry[kind][code]["n"] for entry in entries if "n" in entry[kind][code]}
            yield code, counts, whole.get(kind, {}).get(code, {}).get("n")


def test_subtraction_isolates_nobody_where_people_skip_items_and_dimensions() -> None:
    partly_hidden = 0
    for seed in range(80):
        document, parents = world(seed)
        rests = {other["parent"]: other for other in document["others"]}
        for code, counts, whole in shown_counts(document):
            left = residuals(counts, parents)
            outside = 0 if whole is None else whole - (left.pop(None) or 0)
            left.pop(None, None)
            assert outside == 0 or outside >= MINIMUM, (seed, code, counts, whole)
            assert all(count == 0 or count >= MINIMUM for count in left.values()), (seed, code, counts)
            for holder, other in rests.items():
                n = other["dimensions"].get(code, {}).get("n")
                if n is not None and holder in counts:
                    assert left[holder] == n, (seed, code, holder)
            partly_hidden += len(counts) < len(next(shown_counts(document))[1])
    assert partly_hidden > 25, "skipping matters"
