"""The demo's stories: which report tells which, and why it is worth opening; docs/demo.md has the whole table."""

from dataclasses import dataclass

from assess.demo.company import (
    AFTER_SALES,
    BRAND,
    CAMPAIGNS,
    DATA,
    INTERNATIONAL,
    LIGHTING,
    LIVE,
    LOGISTICS,
    PERFORMANCE,
    PLATFORM,
    RETURNS,
    SHOP,
)
from assess.localisation import lazy_gettext as _l

MERGED = f"{LOGISTICS} + {RETURNS}"


@dataclass(frozen=True)
class Story:
    """One report worth opening: which quarter, whose, and what to see there in one sentence."""

    quarter: int
    node: str
    why: object


STORIES = (
    Story(6, AFTER_SALES, _l("recovered: communication, the lowest of the whole shop two quarters ago, is back")),
    Story(4, AFTER_SALES, _l("fell apart: communication is low beyond chance, with one thing to do about it")),
    Story(5, AFTER_SALES, _l("recovering: communication rose beyond chance after the team had begun short briefings")),
    Story(6, LIGHTING, _l("seven answers, and still one finding that is beyond chance: unclear roles")),
    Story(6, DATA, _l("nobody can tell it apart from the average, and the report says so")),
    Story(6, PLATFORM, _l("unanimous: all ten answer alike")),
    Story(6, INTERNATIONAL, _l("bilingual: comments in English and Chinese, without any mark of who wrote")),
    Story(6, MERGED, _l("a team of four is asked together with its smallest neighbour")),
    Story(6, CAMPAIGNS, _l("withheld: fewer than five answered, and the leader gets a plan instead of figures")),
    Story(6, BRAND, _l("withheld although eight answered: it protects the four next door")),
    Story(4, PERFORMANCE, _l("just merged from two teams: nobody knows who decides")),
    Story(6, PERFORMANCE, _l("two quarters after the merger: roles are clear again")),
    Story(6, LIVE, _l("a new team: high energy, and wide intervals that say how little seven answers tell")),
    Story(3, SHOP, _l("a quarter with low response: asked in the busiest week of the year")),
    Story(6, SHOP, _l("the whole shop")),
)
"""In the order in which to read them."""
