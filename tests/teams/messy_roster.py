"""A roster of five hundred people as a company would hand it in, made with a fixed seed: names in both languages, and
every kind of mistake a row can have."""

import csv
from io import StringIO
from random import Random

SEED = 20261124
PEOPLE = 500
TEAMS = (
    ("Lantern Shop", "", "", "", ""),
    ("Marketing", "Lantern Shop", "marketing", "2021-04-01", "mara.voss@lantern.example"),
    ("Ads", "Marketing", "营销", "2022/1/15", "li.na@lantern.example"),
    ("内容组", "Marketing", "marketing", "2023年6月1日", ""),
    ("客服部", "Lantern Shop", "客服", "2020-02-01", "wang.fang1@lantern.example"),
    ("客服一组", "客服部", "service", "", ""),
    ("客服二组", "客服部", "service", "", ""),
    ("Warehouse", "Lantern Shop", "operations", "2019-01-01", ""),
    ("Data & Search", "Lantern Shop", "technology", "", ""),
)
LEAVES = ("Ads", "内容组", "客服一组", "客服二组", "Warehouse", "Data & Search")
_FAMILY = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "欧阳")
_GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "勇", "艳", "杰", "子涵", "雨桐", "浩然")
_FIRST = ("Ada", "Bo", "Cleo", "Dan", "Eva", "Finn", "Greta", "Hugo", "Iris", "Jon", "Zoë", "José")
_LAST = ("Berg", "Voss", "Marsh", "O’Neil", "van Dyke", "Lind", "Sander", "Müller", "García")
HEADER = ("Name", " E-mail ", "Team", "mail_language", "chat_id", "Budget 2026")
Rows = list[list[str]]


def clean_rows() -> Rows:
    """Give 500 rows without a mistake; some have no address, some look alike and are right."""
    random, rows = Random(SEED), []
    for number in range(PEOPLE):
        chinese = random.random() < 0.5
        name = random.choice(_FAMILY) + random.choice(_GIVEN) if chinese else _english(random)
        address = "" if number % 25 == 0 else f"p{number:03}.{'zh' if chinese else 'en'}@lantern.example"
        if not address:
            name = f"{name} {number}"  # on paper a name in a team is there once
        language = random.choice(("zh", "中文", "ZH-cn") if chinese else ("en", "", "English"))
        chat = f"U{number:04}" if random.random() < 0.3 else ""
        rows.append([name, address, random.choice(LEAVES), language, chat, str(random.randint(1, 9))])
    return rows


def faulty_rows() -> tuple[Rows, dict[int, str]]:
    """Give the same rows with one mistake of every kind in rows far apart, by row of the file and column."""
    rows = clean_rows()
    mistakes: dict[int, tuple[int, str, str]] = {
        10: (0, "name", "   "),
        20: (0, "name", "x" * 121),
        30: (0, "name", "Eva\u200b Lind"),
        40: (1, "email", "eva@lantern"),
        50: (1, "email", "eva lind@lantern.example"),
        60: (1, "email", "eva@@lantern.example"),
        70: (1, "email", "<eva@lantern.example>"),
        80: (1, "email", f"{'e' * 250}@lantern.example"),
        90: (2, "team", ""),
        101: (2, "team", "Add"),
        110: (2, "team", "ads"),
        120: (2, "team", "客服三组"),
        130: (3, "mail_language", "français"),
        140: (1, "email", rows[201 - 2][1].upper()),
    }
    expected = {}
    for row, (column, name, value) in mistakes.items():
        rows[row - 2][column] = value
        expected[row] = name
    expected[201] = expected.pop(140)  # of two rows with one address the later is told
    rows[301 - 2][:3] = ["Paper Person", "", "Ads"]
    rows[401 - 2][:3] = ["Paper Person", "", "Ads"]
    expected[401] = "name"
    return rows, expected


def alike_rows() -> Rows:
    """Give rows that are allowed and look like mistakes, after the clean ones."""
    return [
        *clean_rows(),
        ["李娜", "li.na@lantern.example", "Ads", "zh", "", ""],
        ["李娜", "lina@lantern.example", "内容组", "zh", "", ""],
        ["王芳", "wang.fang1@lantern.example", "客服一组", "zh", "", ""],
        ["王芳", "wang.fang2@lantern.example", "客服一组", "zh", "", ""],
        ["Mara Voss", "mara.voss@lantern.example", "Ads", "en", "", ""],
        ["Mara Voss", "mara.vos@lantern.example", "Ads", "en", "", ""],
        ["Tom Reed", "tom.reed@lantern.example", "Warehouse", "en", "", ""],
        ["Tom Reed", "", "Ads", "en", "", ""],
        ["Uma Ray", "u.ma@lantern.example", "Ads", "en", "", ""],
        ["Ulla Ray", "uma@lantern.example", "Ads", "en", "", ""],
        ["Vera Sol", "vera.sol@lantren.example", "Ads", "en", "", ""],
    ]


def as_csv(rows: Rows, header: tuple[str, ...] = HEADER, *, delimiter: str = ",", end: str = "\r\n") -> str:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows([header, *rows])
    return stream.getvalue()


def teams_csv() -> str:
    header = ("team", "parent", "function", "founded_on", "leader_email")
    return as_csv([list(row) for row in TEAMS], header)


def _english(random: Random) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"
