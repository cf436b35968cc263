"""How the columns of lists are called: our names, those that lists of other programs have, and what is said of them."""

import unicodedata
from collections.abc import Mapping, Sequence

from assess.errors import InputError
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.tables import Table
from assess.tables.labels import some

_SHOWN_HEADINGS = 20
_LONGEST_HEADING = 40

# The first name of each is ours, and the first Chinese one is what a Chinese reader is told; case, blanks, hyphens and
# full stops do not matter. A column that names a person where we need an address is not among them.
_ENGLISH: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "employee name", "display name", "person", "staff name"),
    "email": (
        *("email", "e-mail address", "mail", "mail address", "work e-mail", "work e-mail address"),
        *("business e-mail", "company e-mail", "e-mail work"),
    ),
    "team": (
        *("team", "department", "team name", "department name", "dept", "unit", "unit name"),
        *("org unit", "organisational unit", "organizational unit"),
    ),
    "parent": ("parent", "parent team", "parent unit", "parent department", "unit above", "upper unit"),
    "function": ("function", "team function"),
    "founded_on": ("founded_on", "founded", "founding day", "founding date", "founded at"),
    "leader_email": (
        *("leader_email", "team lead e-mail", "lead e-mail", "manager e-mail", "head e-mail", "leader e-mail address"),
        *("leader mail", "manager e-mail address", "team leader e-mail"),
    ),
    "former_name": ("former_name", "old name", "previous name"),
    "mail_language": (
        *("mail_language", "language", "e-mail language", "preferred language", "language of mails", "lang"),
        *("correspondence language",),
    ),
    "chat_id": ("chat_id", "chat account", "chat"),
}
_CHINESE: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "员工姓名", "人员姓名", "名字"),
    "email": (
        *("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "电子邮箱地址", "电子邮件地址", "邮件地址", "邮件"),
        *("工作邮箱", "公司邮箱", "企业邮箱"),
    ),
    "team": ("团队", "部门", "团队名称", "部门名称", "所属部门", "所属团队", "所在部门", "所在团队", "小组"),
    "parent": ("上级团队", "上级部门", "上级", "上级单位", "所属上级"),
    "function": ("职能", "团队职能"),
    "founded_on": ("成立日期", "成立时间"),
    "leader_email": ("负责人邮箱", "负责人电子邮箱", "主管邮箱", "经理邮箱", "团队负责人邮箱"),
    "former_name": ("原名称", "曾用名", "原名"),
    "mail_language": ("邮件语言", "语言", "语种", "首选语言", "沟通语言"),
    "chat_id": ("聊天账号", "企业微信账号", "企微账号", "钉钉账号", "飞书账号"),
}
COLUMNS = tuple(_ENGLISH)
"""Every column there is, in the order in which errors of one row are told."""


def plain_heading(text: str) -> str:
    """Bring a heading to the form in which headings are compared.

    >>> plain_heading("E-mail  Address"), plain_heading("Staff no."), plain_heading("mail_language")
    ('emailaddress', 'staffno', 'maillanguage')
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


_MEANINGS = {
    plain_heading(name): column
    for names in (_ENGLISH, _CHINESE)
    for column, known in names.items()
    for name in (column, *known)
}
_UNIT = "unit"


def find_places(table: Table, required: Sequence[str], optional: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Find the columns; InputError for a missing one or two that mean the same, a notice for those nobody reads."""
    wanted = (*required, *optional)
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        column = meaning_of(heading)
        if column == "team" and "parent" in wanted and plain_heading(heading) == _UNIT:
            column = "parent"  # beside teams a unit is what is above them; beside people it is where they work
        if column is None or column not in wanted:
            continue
        if column in places:
            raise _said_twice(table, column, places[column], place)
        places[column] = place
    for column in required:
        if column not in places:
            raise _missing(table, column)
    extra = [name for place, name in enumerate(table.header) if place not in places.values() and name]
    notices = [_("%(file)s: columns ignored: %(columns)s.", file=table.file, columns=_quoted(extra))] if extra else []
    return places, notices


def headings_at(table: Table, places: Mapping[str, int]) -> dict[str, str]:
    """Say how the file itself calls each column, so that a message names what its reader sees there."""
    return {column: table.header[place][:_LONGEST_HEADING] for column, place in places.items()}


def meaning_of(heading: str) -> str | None:
    """Tell which of our columns a heading means; None for one that nobody reads."""
    return _MEANINGS.get(plain_heading(heading))


def column_for_reader(column: str) -> str:
    """Name a column in the reader's language."""
    return _CHINESE[column][0] if current_language() == "zh" else _ENGLISH[column][0]


def _missing(table: Table, column: str) -> InputError:
    others = (column, _CHINESE[column][1]) if current_language() == "zh" else _ENGLISH[column][1:3]
    return InputError(
        _(
            "%(file)s has no column “%(column)s” (also understood: %(others)s). The columns in its first row are: "
            "%(found)s. Rename the one that is meant, or add it.",
            file=table.file,
            column=column_for_reader(column),
            others=_quoted(others),
            found=_quoted([name for name in table.header if name]),
        )
    )


def _said_twice(table: Table, column: str, one: int, other: int) -> InputError:
    return InputError(
        _(
            "%(file)s: the columns “%(one)s” and “%(other)s” are both understood as “%(column)s”. Keep one of them and "
            "delete or rename the other.",
            file=table.file,
            one=table.header[one][:_LONGEST_HEADING],
            other=table.header[other][:_LONGEST_HEADING],
            column=column_for_reader(column),
        )
    )


def _quoted(headings: Sequence[str]) -> str:
    return some([f"“{each[:_LONGEST_HEADING]}”" for each in headings], _SHOWN_HEADINGS)
