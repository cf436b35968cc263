"""Rows that are allowed and still look like a mistake: said beside the preview, for a person to decide.

People of one name are common, above all in Chinese; two of them are only pointed out where something else is alike too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from assess.localisation import gettext as _
from assess.teams.fields import RowError
from assess.teams.reading import PersonRow, TeamRow

_MOST_OF_ONE_NAME = 40
"""Pairs grow with the square: in a larger crowd of one name nobody would read them."""
_COMMON_DOMAIN = 10
_SHORT_NAME = 4


def alike_people(rows: Sequence[PersonRow]) -> list[RowError]:
    """Point out who may stand there twice, and addresses that look mistyped, in the order of the rows."""
    found = [*_of_one_name(rows), *_differing_by_dots(rows), *_mistyped_domains(rows)]
    return sorted(found, key=lambda each: each.row or 0)


def alike_teams(rows: Sequence[TeamRow]) -> list[RowError]:
    """Point out teams whose names differ only by capital letters, blanks or signs."""
    first: dict[str, TeamRow] = {}
    found = []
    for row in rows:
        plain = _plain_team(row.name)
        other = first.setdefault(plain, row)
        if other is not row and plain:
            what = _(
                "%(team)s is written almost like %(other)s in row %(first)d. Are they two teams?",
                team=row.name,
                other=other.name,
                first=other.row,
            )
            found.append(RowError(row.row, "team", what, row.cells))
    return found


def almost_named(names: Sequence[str], others: Iterable[str]) -> dict[str, str]:
    """Map names of teams to one of the others, or of themselves, from which they may be mistyped.

    They differ by one letter, or only by capital letters, blanks and signs.

    >>> names = ["Opertions", "Team 2", "运营二部", "PR", "Customer-Care"]
    >>> almost_named(names, ["Operations", "Team 1", "运营一部", "HR", "Customer care"])
    {'Opertions': 'Operations', 'Customer-Care': 'Customer care'}
    """
    by_sign: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for sign in _signs(_plain_team(name)):
            by_sign[sign].append(name)
    found: dict[str, str] = {}
    for other in chain(others, names):
        plain = _plain_team(other)
        for name in chain.from_iterable(by_sign.get(sign, ()) for sign in _signs(plain)):
            if name != other and name not in found and _is_almost(_plain_team(name), plain):
                found[name] = other
    return found


def _plain_team(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _signs(plain: str) -> list[str]:
    """List a word and what is left of it without each of its letters: words one typo apart have one of these alike."""
    return [plain, *dict.fromkeys(plain[:at] + plain[at + 1 :] for at in range(len(plain)))]


def _is_almost(one: str, other: str) -> bool:
    """Tell whether two plain names may be one; numbers tell teams apart, and so does any letter of a short name."""
    if one == other:
        return True
    unnumbered, others = ("".join(sign for sign in name if not sign.isnumeric()) for name in (one, other))
    return unnumbered != others and min(len(one), len(other)) >= _SHORT_NAME and one_typo_apart(one, other)


def _of_one_name(rows: Sequence[PersonRow]) -> Iterator[RowError]:
    by_name: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        by_name[_plain_name(row)].append(row)
    for same in by_name.values():
        if 1 < len(same) <= _MOST_OF_ONE_NAME:
            for one, other in combinations(same, 2):
                what = _what_is_alike(one, other)
                if what is not None:
                    yield RowError(other.row, "email" if other.email else "name", what, other.cells)


def _what_is_alike(one: PersonRow, other: PersonRow) -> str | None:
    """Say why two people of one name may be one person; None where they are probably two."""
    if one.email is None or other.email is None:
        if one.email == other.email:
            return None  # both on paper, in two teams
        return _(
            "%(name)s is also in row %(first)d; one of the two has no address. Is it one person?",
            name=other.name,
            first=one.row,
        )
    near = is_near(one.email, other.email)
    if one.team == other.team:
        if near:
            return _(
                "%(name)s is in %(team)s twice (row %(first)d), with almost the same address. Is it one person?",
                name=other.name,
                team=other.team,
                first=one.row,
            )
        return _(
            "%(name)s is in %(team)s twice (row %(first)d), with two addresses. Are they two people?",
            name=other.name,
            team=other.team,
            first=one.row,
        )
    if near:
        return _(
            "%(name)s is in two teams (row %(first)d: %(team)s), with almost the same address. Is it one person?",
            name=other.name,
            team=one.team,
            first=one.row,
        )
    return None


def _differing_by_dots(rows: Sequence[PersonRow]) -> Iterator[RowError]:
    """Many mail servers ignore dots before the @; people of one name have been looked at already."""
    first: dict[str, PersonRow] = {}
    for row in rows:
        if row.email is None:
            continue
        local, _at, domain = row.email.partition("@")
        other = first.setdefault(f"{local.replace('.', '')}@{domain}", row)
        if other is not row and _plain_name(other) != _plain_name(row):
            what = _(
                "%(email)s differs from %(other)s in row %(first)d only by dots. Is it one person?",
                email=row.email,
                other=other.email,
                first=other.row,
            )
            yield RowError(row.row, "email", what, row.cells)


def _mistyped_domains(rows: Sequence[PersonRow]) -> Iterator[RowError]:
    domains = Counter(row.email.rpartition("@")[2] for row in rows if row.email)
    common = [domain for domain, count in domains.items() if count >= _COMMON_DOMAIN]
    meant = {
        domain: near
        for domain, count in domains.items()
        if count < _COMMON_DOMAIN and (near := next((c for c in common if one_typo_apart(domain, c)), None))
    }
    for row in rows:
        domain = row.email.rpartition("@")[2] if row.email else ""
        if domain in meant:
            what = _(
                "%(email)s: most addresses end in %(domain)s. Is it mistyped?", email=row.email, domain=meant[domain]
            )
            yield RowError(row.row, "email", what, row.cells)


def _plain_name(row: PersonRow) -> str:
    return "".join(row.name.casefold().split())


def is_near(one: str, other: str) -> bool:
    """Tell whether two addresses differ by dots or by one mistyped sign; different digits number people of one name.

    >>> is_near("a.berg@x.example", "aberg@x.example"), is_near("wang1@x.example", "wang2@x.example")
    (True, False)
    """
    first, second = (address.partition("@")[0].replace(".", "") for address in (one, other))
    if one.partition("@")[2] != other.partition("@")[2]:
        return first == second
    return first == second or one_typo_apart(first, second)


def one_typo_apart(one: str, other: str) -> bool:
    """Tell whether one letter was left out, added, replaced or swapped with its neighbour; digits are no typos.

    >>> one_typo_apart("anna", "ana"), one_typo_apart("anna", "nana"), one_typo_apart("anna", "anne1")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    if rest[1:] == others[1:]:
        return not (rest[:1] + others[:1]).isdigit()
    if rest[1:] == others or rest == others[1:]:
        longer = rest if len(rest) > len(others) else others
        return not longer[0].isdigit()
    return rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
