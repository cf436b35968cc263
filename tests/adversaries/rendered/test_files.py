"""D4 for spreadsheets, delimited text and JSON: what an adversary reads in the cells isolates no small group."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
import pytest

from assess.reports.files.as_json import figures_json
from assess.reports.files.contents import cycle_file, node_file
from assess.reports.files.delimited import delimited
from assess.reports.files.model import FigureFile
from assess.reports.files.workbook import workbook
from assess.reports.team_reports import ReportedCycle
from tests.adversaries.rendered.company import LATEST, QUARTERS, Company, node_of
from tests.adversaries.rendered.matrix import ancestors, isolated, residuals
from tests.adversaries.rendered.seen import numbers
from tests.adversaries.rendered.test_rebuilt_matrix import LEADERS, MINIMUM, parents_of, read
from tests.adversaries.rendered.test_same_bytes import KINDS, before, document, reported, same_document
from tests.reports.files.reading import Rows, parts, tables

FORMATS = ("xlsx", "csv", "json")
FULL = 10
FROM_TEN = {"percent_favourable", "percent_low", "percent_high", "percent_neutral", "percent_unfavourable", "spread"}
FIGURES = {"n", "score_100", "low_100", "high_100", "compare_low_100", "compare_high_100"} | FROM_TEN


def whole(company: Company, quarter: int = LATEST, language: str = "en") -> FigureFile:
    return cycle_file(company.reported[quarter], language=language, command="assess cycle export")


def own(cycle: ReportedCycle, name: str, language: str = "en") -> FigureFile:
    return node_file(cycle, node_of(cycle, name), language=language, command="assess cycle export")


def all_bytes(file: FigureFile) -> tuple[bytes, ...]:
    return workbook(file), figures_json(file), *delimited(file).values()


def number(value: object) -> int | None:
    """Read a cell as a number, as somebody would who wants one."""
    return int(float(str(value))) if re.fullmatch(r"-?\d+(\.\d+)?", str(value)) else None


def counts(rows: Rows, kinds: tuple[str, ...] = ("team", "unit")) -> dict[str, int]:
    return {row["node"]: n for row in rows if row["kind"] in kinds and (n := number(row.get("n"))) is not None}


def by_code(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["code"], []).append(row)
    return found


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("quarter", [3, LATEST])
def test_subtracting_the_counts_of_a_file_gives_nobody_or_at_least_five(
    company: Company, quarter: int, written_as: str
) -> None:
    parents = parents_of(company, quarter)
    found = tables(whole(company, quarter), written_as)
    statistics = [found["participation"], *by_code(found["scores"]).values()]
    assert len(statistics) == 6
    for rows in statistics:
        table = counts(rows)
        assert len(table) > 5
        assert all(left == 0 or left >= MINIMUM for left in residuals(table, parents).values()), table
        (top,) = counts(rows, ("organisation",)).values() or (None,)
        assert top in {None, max(table.values())}, "the organisation is its top unit"


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("quarter", QUARTERS)
def test_no_combination_of_the_rows_of_a_file_isolates_fewer_than_five(
    company: Company, quarter: int, written_as: str
) -> None:
    """Rows with a number of answers, those of the rest included, against the sizes that only the truth has."""
    parents = parents_of(company, quarter)
    truth = company.truth[company.labels[quarter]]
    units = {parent for parent in parents.values() if parent}
    top = next(name for name, parent in parents.items() if parent is None)
    groups = [str(group["name"]) for group in company.results[quarter]["groups"] if group["name"] not in units]
    sizes = {group: int(truth[group]["answering"]) for group in groups} | {LEADERS: int(truth[LEADERS]["answering"])}
    below = {name: frozenset(g for g in groups if g == name or name in ancestors(g, parents)) for name in parents}
    below[top] |= {LEADERS}
    rows = tables(whole(company, quarter), written_as)["participation"]
    shown = {name: below[name] for name in counts(rows)}
    assert sorted(shown) == sorted(entry["team"] for entry in company.released(quarter))
    rests = []
    for name, n in ((row["node"], number(row["n"])) for row in rows if kind_of(row) == "others"):
        inside = [members for node, members in shown.items() if name in ancestors(node, parents)]
        rests.append(below[name] - frozenset().union(*inside))
        assert sum(sizes[group] for group in rests[-1]) == n
    assert len(rests) == len(company.cycle(quarter)["others"])
    assert isolated([*shown.values(), *rests], sizes, minimum=MINIMUM) == []


def kind_of(row: Mapping[str, Any]) -> str:
    return "others" if row["kind"] in {"others", "other teams together"} else str(row["kind"])


@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rows_of_a_withheld_team_hold_no_number_of_its_own(
    company: Company, language: str, written_as: str
) -> None:
    found = tables(whole(company, LATEST, language), written_as)
    for name in company.withheld():
        mine = [row for rows in found.values() for row in rows if row["node"] == name]
        assert len(mine) == 1 + 5 + 26
        for row in mine:
            assert not [key for key in FIGURES if number(row.get(key)) is not None], row
            said = {key: value for key, value in row.items() if key not in {"node", "code", "statement", "label"}}
            said.pop("organisation_100", None)
            assert set(numbers(json.dumps(said, ensure_ascii=False))) <= {str(MINIMUM)}, row


@pytest.mark.parametrize("written_as", FORMATS)
def test_withheld_teams_with_one_reason_have_the_same_files_but_for_their_names(
    company: Company, written_as: str
) -> None:
    names = [name for name, reason in company.withheld(3).items() if reason == "too_few"]
    assert len({company.truth[company.labels[3]][name]["answering"] for name in names}) > 1
    said = {
        json.dumps(tables(own(company.reported[3], name), written_as), ensure_ascii=False).replace(name, "Nobody")
        for name in names
    }
    assert len(said) == 1


@pytest.mark.parametrize("written_as", FORMATS)
def test_below_ten_answers_a_row_holds_no_share_and_no_spread(company: Company, written_as: str) -> None:
    small = {entry["team"] for entry in company.released() if entry["n"] < FULL}
    assert small
    found = tables(whole(company), written_as)
    with_numbers = 0
    for row in [*found["scores"], *found["items"]]:
        shares = {key for key in FROM_TEN if key in row and (key == "spread" or number(row[key]) is not None)}
        assert not (row["node"] in small and row["kind"] in {"team", "unit"} and shares), row
        with_numbers += bool(shares)
    assert with_numbers > 50, "the adversary can read"


@pytest.mark.parametrize("written_as", FORMATS)
def test_every_number_of_a_file_is_a_displayed_one(company: Company, written_as: str) -> None:
    """What the frozen document displays of a node is all that its rows may hold."""
    entries = {str(node["team"]): node for node in company.nodes()}
    whole_organisation = set(released_numbers(company.cycle()["organisation"]))
    for table, rows in tables(whole(company), written_as).items():
        if table == "quarters":
            continue
        for row in (row for row in rows if row["kind"] in {"team", "unit"}):
            allowed = set(released_numbers(entries[row["node"]])) | whole_organisation
            for key, value in row.items():
                assert number(value) is None or key == "code" or number(value) in allowed, (row["node"], key, value)


def released_numbers(part: object) -> Iterator[int]:
    if isinstance(part, Mapping):
        for value in part.values():
            yield from released_numbers(value)
    elif isinstance(part, int | float):
        yield int(part)


@pytest.mark.parametrize("written_as", FORMATS)
def test_files_count_what_the_printed_reports_count(company: Company, written_as: str) -> None:
    found = tables(whole(company), written_as)
    scores = by_code(found["scores"])
    for name in ("Lumen Home 流明家居", "Marketing 营销", "Pre-sales 售前咨询", "Home textiles 家纺"):
        n, printed = read(company, name, LATEST)
        assert counts(found["participation"])[name] == n
        for rows in (scores[code] for code in ("COM", "TRU", "ROL", "MOT")):
            row = next(row for row in rows if row["node"] == name and row["kind"] in {"team", "unit"})
            assert (number(row["n"]), number(row["score_100"])) == printed[row["dimension"]]


def test_what_is_around_the_cells_of_a_workbook_tells_nothing(company: Company) -> None:
    """Titles, dates, names of parts: no number that is not the quarter or a setting of the format."""
    read_parts = parts(workbook(whole(company)))
    core = re.sub(r"<[^>]+>", " ", read_parts["docProps/core.xml"].decode()).split()
    assert [word for word in core if re.search(r"\d", word)] == ["2026", "Q3", *["2026-09-30T00:00:00Z"] * 2]
    app = re.sub(r"<[^>]+>", " ", read_parts["docProps/app.xml"].decode()).split()
    assert {word for word in app if re.search(r"\d", word)} <= {"3.1", openpyxl.__version__}, "what the library is"
    assert not [name for name in read_parts if re.search(r"comment|external|printer|custom|query|connection", name)]


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_the_same_bytes_while_the_released_values_stay(kind: str) -> None:
    base, other = reported(before()), reported(document(next(same_document(kind))))
    for language in ("en", "zh"):
        files = [cycle_file(cycle, language=language, command="assess") for cycle in (base, other)]
        assert all_bytes(files[0]) == all_bytes(files[1])
        for node in base.nodes:
            assert all_bytes(own(base, node.name, language)) == all_bytes(own(other, node.name, language))
