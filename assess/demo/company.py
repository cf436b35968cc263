"""The demo shop as a plan: teams, their true levels quarter by quarter, and what happens to them; see docs/demo.md.

Quarters are numbered 1 to 7: six closed ones and the open one. Levels are on the model's latent scale, one per
dimension in the order of DIMENSIONS: 0 is about 55 points, 0.5 about 67, -1 about 30.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SHOP = "Lumen Home 流明家居"
SEED = 143
DIMENSIONS = ("COM", "TRU", "ROL", "MOT")
QUARTERS = 7
CLOSED = range(1, QUARTERS)

Levels = tuple[float, float, float, float]


@dataclass(frozen=True)
class Unit:
    """One of the five functions; its head answers with the other leaders."""

    name: str
    function: str


@dataclass(frozen=True)
class Team:
    """A team and its story.

    `founded` is the number of a quarter (0 and below: before the first survey). `levels` hold from the quarter they
    name until the next entry. `answering` fixes how many answer in a quarter, where the story needs it. In a quarter of
    `unanimous` all members tick the same. `english` and `writes` are shares of people: who are named and write in
    English, and who leave a comment.
    """

    name: str
    unit: str
    size: int
    founded: int
    levels: Mapping[int, Levels]
    first: int = 1
    last: int = QUARTERS
    answering: Mapping[int, int] = field(default_factory=dict)
    unanimous: frozenset[int] = frozenset()
    english: float = 0.15
    writes: float = 0.3

    def level(self, quarter: int) -> Levels:
        """Give the true level of the team in a quarter."""
        return self.levels[max(start for start in self.levels if start <= quarter)]


@dataclass(frozen=True)
class Move:
    """People who change teams before a quarter is asked; `people` None moves everybody, the lead included."""

    quarter: int
    source: str
    target: str
    people: int | None


OPERATIONS = Unit("Operations 运营", "operations")
MARKETING = Unit("Marketing 营销", "marketing")
SERVICE = Unit("Customer service 客服", "service")
TECHNOLOGY = Unit("Technology 技术", "technology")
MERCHANDISE = Unit("Merchandise 商品", "merchandise")
UNITS = (OPERATIONS, MARKETING, SERVICE, TECHNOLOGY, MERCHANDISE)

AFTER_SALES = "After-sales 售后"
INTERNATIONAL = "International service 国际客服"
LOGISTICS = "Logistics 物流"
RETURNS = "Returns 退换货"
CAMPAIGNS = "Campaigns 活动策划"
BRAND = "Brand 品牌"
PERFORMANCE = "Performance marketing 效果营销"
PLATFORM = "Shop platform 商城平台"
DATA = "Data 数据"
LIGHTING = "Lighting 灯具"
LIVE = "Live shopping 直播"
WAREHOUSE = "Warehouse 仓储"
SEARCH, SOCIAL, TEXTILES = "Search ads 搜索投放", "Social media 社交媒体", "Home textiles 家纺"

AVERAGE: Levels = (0.38, 0.42, 0.38, 0.42)

TEAMS = (
    Team(WAREHOUSE, OPERATIONS.name, 19, -14, {1: (0.2, 0.3, 0.6, 0.1)}),
    Team(LOGISTICS, OPERATIONS.name, 9, -11, {1: (0.5, 0.4, 0.5, 0.5)}),
    Team(RETURNS, OPERATIONS.name, 4, -9, {1: (0.1, 0.3, 0.3, 0.2)}, english=0.0),
    Team(BRAND, MARKETING.name, 8, -12, {1: (0.5, 0.7, 0.3, 0.9)}, english=0.25),
    Team(CAMPAIGNS, MARKETING.name, 9, -10, {1: (0.3, 0.4, 0.2, 0.6)}, answering={6: 4}),
    Team(SEARCH, MARKETING.name, 6, -8, {1: (0.5, 0.3, 0.6, 0.4)}, last=3),
    Team(SOCIAL, MARKETING.name, 6, -7, {1: (0.3, 0.4, 0.3, 0.7)}, last=3),
    Team(
        PERFORMANCE,
        MARKETING.name,
        0,
        4,
        {4: (-0.1, 0.1, -1.0, 0.2), 5: (0.1, 0.2, -0.5, 0.3), 6: (0.4, 0.4, 0.3, 0.5)},
        first=4,
    ),
    Team("Pre-sales 售前咨询", SERVICE.name, 12, -13, {1: (0.5, 0.5, 0.7, 0.3)}),
    Team(
        AFTER_SALES,
        SERVICE.name,
        14,
        -13,
        {
            1: (0.5, 0.5, 0.5, 0.4),
            4: (-1.1, -0.3, 0.1, -0.5),
            5: (-0.3, 0.0, 0.2, -0.1),
            6: (0.8, 0.5, 0.5, 0.4),
        },
        answering={1: 12, 2: 12, 3: 10, 4: 13, 5: 13, 6: 13},
        writes=0.95,
    ),
    Team(INTERNATIONAL, SERVICE.name, 11, -6, {1: (0.5, 0.7, 0.4, 0.5)}, answering={6: 11}, english=0.55, writes=1.0),
    Team(PLATFORM, TECHNOLOGY.name, 10, -12, {1: (0.6, 0.6, 0.4, 0.6)}, answering={6: 10}, unanimous=frozenset({6})),
    Team(DATA, TECHNOLOGY.name, 8, -5, {1: AVERAGE}, english=0.3),
    Team(TEXTILES, MERCHANDISE.name, 11, -12, {1: (0.3, 0.4, 0.3, 0.4)}),
    Team(LIGHTING, MERCHANDISE.name, 10, -12, {1: (0.2, 0.1, -0.4, 0.3), 6: (0.2, 0.1, -1.0, 0.3)}),
    Team(LIVE, MERCHANDISE.name, 3, 4, {4: (0.6, 0.7, -0.2, 1.2), 6: (0.6, 0.7, 0.2, 1.2)}, first=4),
)

MOVES = (
    Move(4, SEARCH, PERFORMANCE, None),
    Move(4, SOCIAL, PERFORMANCE, None),
    Move(4, TEXTILES, LIVE, 2),
    Move(4, LIGHTING, LIVE, 2),
    Move(5, WAREHOUSE, LOGISTICS, 3),
)

LEADER_LEVELS: Levels = (0.6, 0.8, 0.9, 0.9)  # heads and leads answer together as the shop's own members
RESPONSE = {1: 0.8, 2: 0.85, 3: 0.5, 4: 0.8, 5: 0.85, 6: 0.88}  # quarter 3 was asked in the busiest week of the year
TURNOVER = 0.3  # chance per team and quarter that one person leaves and another is hired
