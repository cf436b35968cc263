"""Attack what is released: random organisations with every rule on and each switched off, and the demo company.

    python bench/disclosure.py [--organisations 1500] [--skip-demo]

Random organisations (organisations.py) are 1,500 for each of two and three levels and minimum 4 and 5. An organisation
leaks if an attack finds something, whatever it is: sums of fewer people than the minimum by exact rank of every
statistic, numbers that need ten answers of one to nine people, means of withheld groups by bounds, and sums across
statistics. The demo company is read as its readers read it: from the pages of every report in both languages.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from organisations import KEY, RULES, Organisation, organisation, switched_off

from assess.releases.admission import admission_faults
from assess.releases.history import scored_in_turn
from assess.releases.store import read_frozen
from assess.scoring.answers import MISSING, AnswerMatrix
from assess.scoring.disclosure import residual_pattern
from assess.scoring.engine import CycleScores
from assess.scoring.guard import score_guarded
from assess.scoring.tree import Tree
from assess.surveys.cycles import find_cycle
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, build, page_of, pdf_of
from tests.adversaries.rendered.matrix import isolated, residuals
from tests.adversaries.rendered.test_rebuilt_matrix import LEADERS, parents_of, read
from tests.adversaries.rendered.test_same_bytes import KINDS, WANTED, before, document, reported, same_document
from tests.releases.results import result_of

KINDS_OF = [(levels, minimum) for levels in (2, 3) for minimum in (4, 5)]
TENTH = 10
LABELS = [f"{year}Q{quarter}" for year in (2025, 2026) for quarter in (1, 2, 3, 4)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--organisations", type=int, default=1500, help="of each of the four kinds")
    parser.add_argument("--skip-demo", action="store_true")
    options = parser.parse_args()
    leaks(options.organisations)
    staying()
    partners(max(options.organisations // 10, 10))
    times()
    same_bytes()
    if not options.skip_demo:
        demo()


def leaks(count: int) -> None:
    """Attack every organisation with all rules on, then without one rule after the other.

    Sums across statistics, and whether the result would be stored, need whole documents: every tenth organisation.
    """
    found: Counter[tuple[str, int, int]] = Counter()
    shown: Counter[tuple[str, int, int]] = Counter()
    refused: Counter[str] = Counter()
    attacks = {rule.attack: rule.needs_document for rule in RULES}
    for place in range(count):
        whole = place % TENTH == 0
        for levels, minimum in KINDS_OF:
            drawn = organisation(place, levels, minimum)
            scores = drawn.score() if whole else drawn.patterns()
            found["all rules on", levels, minimum] += any(
                attack(drawn, scores) for attack, needs_document in attacks.items() if whole or not needs_document
            )
            refused["all rules on"] += whole and would_be_refused(scores)
            _count_shown(shown, scores, levels)
            for rule in RULES:
                if whole or not rule.needs_document:
                    with switched_off(rule):
                        without = (drawn.score if whole else drawn.patterns)(guarded=rule.guarded)
                        found[rule.name, levels, minimum] += rule.attack(drawn, without)
                        refused[rule.name] += whole and would_be_refused(without)
        _progress(place + 1, count)
    _print_leaks(found, refused, count)
    for levels, minimum in KINDS_OF:
        nodes, teams = (
            100 * shown[kept, levels, minimum] / shown[enough, levels, minimum]
            for kept, enough in (("kept", "enough"), ("teams", "teams enough"))
        )
        print(
            f"published of those with enough answers, {levels} levels, k {minimum}: "
            f"{nodes:.1f} % of nodes, {teams:.1f} % of teams"
        )


def would_be_refused(scores: CycleScores) -> bool:
    return bool(list(admission_faults(*result_of(scores))))


def _print_leaks(found: Counter[tuple[str, int, int]], refused: Counter[str], count: int) -> None:
    fewer = -(-count // TENTH)
    print(
        f"{4 * count:,} organisations: share in which something leaks, how many, and how many of {4 * fewer:,} results"
    )
    print("would be refused before they are stored, by what is printed in them (*: looked for in these only)")
    heads = [f"{levels} lev., k {minimum}" for levels, minimum in KINDS_OF]
    print(f"{'':56}{''.join(f'{head:>13}' for head in heads)}{'leaks':>8}{'refused':>9}")
    rules = [("all rules on", "all rules on", False)]
    rules += [(f"without {rule.name}", rule.name, rule.needs_document) for rule in RULES]
    for title, name, needs_document in rules:
        cells = [found[name, levels, minimum] for levels, minimum in KINDS_OF]
        among = fewer if needs_document else count
        shares = "".join(f"{100 * cell / among:11.1f} %" for cell in cells)
        mark = " *" if needs_document else ""
        print(f"{title + mark:56}{shares}{sum(cells):8,}{refused[name]:9,}")


def _count_shown(shown: Counter[tuple[str, int, int]], scores: CycleScores, levels: int) -> None:
    enough = scores.respondents >= scores.minimum
    kind = (levels, scores.minimum)
    published, teams = scores.pattern.published, ~scores.tree.is_unit
    for name, chosen in (
        ("enough", enough),
        ("kept", published),
        ("teams enough", enough & teams),
        ("teams", published & teams),
    ):
        shown[(name, *kind)] += int(chosen.sum())


def staying() -> None:
    """Show how many groups stay that are built as the product builds them: of six and more, leaders at the top."""
    for rate in (0.60, 0.75, 0.90):
        kept = enough = 0
        for seed in range(200):
            random = np.random.default_rng([seed, 6])
            above = [-1, *([0] * 8), *(1 + place // 5 for place in range(40))]
            tree = Tree(
                tuple(f"n{place}" for place in range(len(above))),
                np.array(above, dtype=np.int32),
                np.full(len(above), -1, dtype=np.int32),
            )
            invited = np.concatenate([[48], np.zeros(8, dtype=np.int64), random.integers(6, 15, 40)])
            direct = random.binomial(invited, rate)
            published = residual_pattern(direct, tree, minimum=5).published
            kept += int(published[9:].sum())
            enough += int((direct[9:] >= 5).sum())
        print(
            f"groups of 6 to 14 invited, {100 * rate:.0f} % answering: {100 * kept / enough:.1f} % of those with 5 stay"
        )


def partners(count: int) -> None:
    """Say how often another team than last quarter is hidden for the sake of one that is always small."""
    changed: Counter[str] = Counter()
    quarters: Counter[str] = Counter()
    for seed in range(count):
        random = np.random.default_rng([seed, 8])
        tree = Tree(
            ("shop", "tiny", *(f"t{team}" for team in range(5))),
            np.array([-1, *([0] * 6)], dtype=np.int32),
            np.full(7, -1, dtype=np.int32),
        )
        sizes = [0, 3, *random.integers(8, 13, 5).tolist()]
        history = []
        for label in LABELS:
            people = [3 if size == 3 else max(random.binomial(size, 0.85), min(size, 5)) for size in sizes]
            nodes = np.repeat(np.arange(7), people).astype(np.int32)
            ratings = random.integers(2, 5, (nodes.size, len(KEY.items))).astype(np.int8)
            history.append((label, AnswerMatrix(ratings, nodes), tree))
        alone = [score_guarded(KEY, answers, tree, minimum=5) for _label, answers, _tree in history]
        in_turn = [cycle.scores for cycle in scored_in_turn(KEY, history, minimum=5)]
        for name, cycles in (("without memory", alone), ("with memory", in_turn)):
            hidden = [frozenset(np.flatnonzero(~scores.pattern.published).tolist()) for scores in cycles]
            changed[name] += sum(a != b for a, b in zip(hidden[1:], hidden, strict=False))
            quarters[name] += len(hidden) - 1
    for name, number in changed.items():
        print(f"hidden teams change from quarter to quarter, {name}: {100 * number / quarters[name]:.0f} % of quarters")


def times() -> None:
    """Time the choice of nodes, and the judgement of a whole result, for 300 and 10,000 teams."""
    for teams in (300, 10_000):
        drawn = company_of(teams)
        direct = np.bincount(drawn.answers.nodes, minlength=len(drawn.tree.names)).astype(np.int64)
        choice = median_ms(lambda d=direct, t=drawn.tree: residual_pattern(d, t, minimum=5))
        scores = drawn.score()
        figures = [m.direct.n for m in scores.dimensions] + [
            i.direct.sum(axis=1).astype(np.int64) for i in scores.items
        ]
        everything = median_ms(
            lambda f=figures, t=drawn.tree: [residual_pattern(each, t, minimum=5) for each in f], repeats=3
        )
        result, companions = result_of(scores)
        judged = median_ms(lambda r=result, c=companions: list(admission_faults(r, c)), repeats=3)
        print(
            f"{teams:6,} teams: nodes {choice:.1f} ms; {len(figures)} dimensions and items {everything:.0f} ms; "
            f"judging the whole result before it is stored {judged:.0f} ms"
        )


def company_of(teams: int) -> Organisation:
    """Teams of 1 to 14 invited in departments of ten, ten departments a unit, 80 % answering."""
    random = np.random.default_rng(teams)
    departments, units = -(-teams // 10), -(-teams // 100)
    above = [-1, *([0] * units), *(1 + place // 10 for place in range(departments))]
    above += [1 + units + place // 10 for place in range(teams)]
    parents = np.array(above, dtype=np.int32)
    invited = np.concatenate([np.zeros(1 + units + departments, dtype=np.int64), random.integers(1, 15, teams)])
    people = random.binomial(invited, 0.8)
    nodes = np.repeat(np.arange(len(above)), people).astype(np.int32)
    ratings = random.integers(1, 6, (nodes.size, len(KEY.items))).astype(np.int8)
    ratings[random.random(ratings.shape) < 0.02] = MISSING
    names = tuple(f"n{place}" for place in range(len(above)))
    return Organisation(AnswerMatrix(ratings, nodes), Tree(names, parents, invited.astype(np.int32)), 5)


def median_ms(work: Callable[[], object], repeats: int = 9) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def same_bytes() -> None:
    """D11: change raw data while the released values stay, and compare every rendered byte."""
    base = reported(before())
    pages = files = compared = 0
    for kind in KINDS:
        found = [answers for answers, _number in zip(same_document(kind), range(WANTED), strict=False)]
        for answers in found:
            other = reported(document(answers))
            for node in base.nodes:
                for language in ("en", "zh"):
                    one, two = (page_of(each, node.name, language).encode() for each in (base, other))
                    assert one == two, (kind, node.name, language)
                    pages, compared = pages + 1, compared + len(one)
        for node in base.nodes:
            one, two = pdf_of(base, node.name, "en"), pdf_of(reported(document(found[0])), node.name, "en")
            assert one == two, (kind, node.name)
            files, compared = files + 1, compared + len(one)
    print(
        f"the same released values from other answers ({', '.join(KINDS)}): {pages} pages and {files} PDF files, "
        f"{compared:,} bytes compared, all equal"
    )


def demo() -> None:
    """Read the demo company's reports quarter by quarter and subtract what is printed."""
    with tempfile.TemporaryDirectory() as folder:
        company = build(Path(folder))
        print("Demo company: quarter, shown, withheld, figures read, smallest difference, small groups told, faults")
        for quarter in QUARTERS:
            print(_audited(company, quarter))
        with company.database.reading() as session:
            open_cycle = find_cycle(session, company.labels[LATEST + 1])
            try:
                read_frozen(session, cycle_id=open_cycle.id)
            except Exception as error:
                print(f"  {company.labels[LATEST + 1]} is still open: {error}")
        company.database.close()


def _audited(company: Company, quarter: int) -> str:
    parents = parents_of(company, quarter)
    shown = [entry["team"] for entry in company.released(quarter)]
    pages = {name: read(company, name, quarter) for name in shown}
    pages_zh = [company.page(name, quarter, "zh") for name in [*shown, *company.withheld(quarter)]]
    tables = [{name: n for name, (n, _rows) in pages.items()}]
    labels = {label for _n, rows in pages.values() for label in rows}
    tables += [{name: rows[label][0] for name, (_n, rows) in pages.items() if label in rows} for label in labels]
    differences = [left for counts in tables for left in residuals(counts, parents).values() if left]
    told = isolated(_rows(company, quarter, parents), _sizes(company, quarter, parents))
    faults = list(_faults(company, quarter))
    figures = sum(1 + 2 * len(rows) for _n, rows in pages.values())
    return (
        f"  {company.labels[quarter]}: {len(shown)} shown, {len(company.withheld(quarter))} withheld, "
        f"{figures} figures from {len(pages)} English pages ({len(pages_zh)} Chinese ones filled), smallest difference "
        f"{min(differences)} people, small groups told {len(told)}, faults {len(faults)}"
    )


def _groups(company: Company, quarter: int, parents: Mapping[str, str | None]) -> list[str]:
    units = {parent for parent in parents.values() if parent}
    return [str(group["name"]) for group in company.results[quarter]["groups"] if group["name"] not in units]


def _sizes(company: Company, quarter: int, parents: Mapping[str, str | None]) -> dict[str, int]:
    truth = company.truth[company.labels[quarter]]
    sizes = {group: int(truth[group]["answering"]) for group in _groups(company, quarter, parents)}
    return sizes | {LEADERS: int(truth[LEADERS]["answering"])}


def _rows(company: Company, quarter: int, parents: Mapping[str, str | None]) -> list[frozenset[str]]:
    """Give the groups behind every shown node; leaders answer at the top."""

    def inside(name: str) -> frozenset[str]:
        found = {group for group in _groups(company, quarter, parents) if name in (group, *_above(group, parents))}
        return frozenset(found | ({LEADERS} if parents[name] is None else set()))

    return [inside(str(entry["team"])) for entry in company.released(quarter)]


def _above(name: str, parents: Mapping[str, str | None]) -> list[str]:
    found = []
    above = parents[name]
    while above is not None:
        found.append(above)
        above = parents[above]
    return found


def _faults(company: Company, quarter: int) -> list[str]:
    """Judge the stored document once more, with the documents beside it."""
    with company.database.reading() as session:
        cycle = find_cycle(session, company.labels[quarter])
        beside = {kind: read_frozen(session, cycle_id=cycle.id, kind=kind)[::-1] for kind in ("comments", "statistics")}
    return list(admission_faults(company.results[quarter], beside))


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {of}", end="" if done < of else "\n", file=sys.stderr)


if __name__ == "__main__":
    main()
