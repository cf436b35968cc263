"""What the demo's leaders make of their reports: one action that helped, one that did not, others too early to tell.

They helped or not by construction: in the plan of the company the true level of the dimension rises, or stays where it
was. Everything goes through the product's use cases, with the clock of the demo.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assess.actions.adopting import add_own_action, adopt_practice
from assess.actions.catalogue import practice_by_code
from assess.actions.frozen import freeze_actions
from assess.actions.keeping import note_on, share_action, tick_step
from assess.demo.company import AFTER_SALES, INTERNATIONAL, LIGHTING, LIVE, PERFORMANCE
from assess.extensions import Database

CHOSEN_AFTER = timedelta(days=3)
STEP_AFTER = timedelta(days=2)
ALL = 99


@dataclass(frozen=True)
class Deed:
    """One action after the results of a quarter: a practice aimed at a dimension, or (`title`) an own one."""

    quarter: int
    node: str
    dimension: str | None
    practice: str = ""
    title: str = ""
    own_steps: tuple[str, ...] = ()
    steps_done: int = ALL
    owner: str = ""
    note: str = ""
    shared: bool = False


DEEDS = (
    Deed(4, PERFORMANCE, "ROL", practice="P01", shared=True),
    Deed(
        4,
        AFTER_SALES,
        "COM",
        practice="P69",
        owner="Shift leads 各班组长",
        note="Done by the date: 6 of 10 in week 1, 9 of 10 in week 4. 按期完成：第1周10条中6条，第4周9条。",
        shared=True,
    ),
    Deed(4, LIVE, "ROL", practice="P39", note="Two people joined half-way through. 中途来了两位新人。"),
    Deed(
        5,
        AFTER_SALES,
        "COM",
        practice="P25",
        owner="Shift leads 各班组长",
        note="Errors through missed changes: 11, then 3. 因没看到变更出的差错：从11次降到3次。",
        shared=True,
    ),
    Deed(5, LIGHTING, "ROL", practice="P01", note="Two of five named the same results. 问了五位，两位说法一致。"),
    Deed(5, LIVE, "ROL", practice="P01", steps_done=2),
    Deed(5, INTERNATIONAL, "ROL", practice="P71", shared=True),
    Deed(6, AFTER_SALES, "ROL", practice="P07", steps_done=1, shared=True),
    Deed(6, LIGHTING, "ROL", practice="P09", steps_done=0, shared=True),
    Deed(
        6,
        INTERNATIONAL,
        "TRU",
        title="Coffee with the night shift 和夜班喝杯咖啡",
        own_steps=("Find two dates 定两个时间", "Ask what gets in the way 问问什么事挡路", "Change one thing 改一件事"),
        steps_done=1,
    ),
)
"""The seventh quarter, still open, knows nothing of those after the sixth yet."""


def act_after(database: Database, zone: ZoneInfo, number: int, label: str, published_at: datetime) -> None:
    """Let the leaders choose and tick off after the results of quarter `number` (called `label`) are out."""
    freeze_actions(database, label, now=published_at)
    for deed in DEEDS:
        if deed.quarter == number:
            _carry_out(database, zone, deed, published_at + CHOSEN_AFTER)


def _carry_out(database: Database, zone: ZoneInfo, deed: Deed, now: datetime) -> None:
    place = _adopt(database, zone, deed, now)
    steps = deed.own_steps or practice_by_code(deed.practice).steps["en"]
    for step in range(1, min(deed.steps_done, len(steps)) + 1):
        tick_step(database, deed.node, place, step, now=now + step * STEP_AFTER)
    if deed.note:
        note_on(database, deed.node, place, deed.note, now=now)
    if deed.shared:
        share_action(database, deed.node, place, now=now)


def _adopt(database: Database, zone: ZoneInfo, deed: Deed, now: datetime) -> int:
    if deed.title:
        return add_own_action(
            database,
            deed.node,
            deed.title,
            deed.own_steps,
            now=now,
            zone=zone,
            owner=deed.owner,
            dimension=deed.dimension,
        ).place
    return adopt_practice(
        database, deed.node, deed.practice, now=now, zone=zone, owner=deed.owner, dimension=deed.dimension
    ).place
