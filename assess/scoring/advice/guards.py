"""Conditions of a practice: they rest on displayed figures and on settings frozen at publication, nothing else."""

from assess.scoring.advice.figures import Node, number
from assess.scoring.advice.practice import AdviceSettings, Practice


def guards_hold(practice: Practice, settings: AdviceSettings, node: Node) -> bool:
    """Say whether a practice may be proposed; what is unknown or withheld does not hold."""
    return not open_guards(practice, settings, node)


def open_guards(practice: Practice, settings: AdviceSettings, node: Node) -> tuple[str, ...]:
    """Name the guards that do not hold: `function`, `age`, needs by their own word, `scores`."""
    guards = practice.guards
    found = []
    if guards.functions and settings.function not in guards.functions:
        found.append("function")
    if guards.younger_than_months is not None and not is_younger(settings, guards.younger_than_months):
        found.append("age")
    found += sorted(guards.needs - settings.has)
    scores = {code: number(node, "dimensions", code, "score_100") for code in guards.scores_at_least}
    if any(score is None or score < guards.scores_at_least[code] for code, score in scores.items()):
        found.append("scores")
    return tuple(found)


def is_younger(settings: AdviceSettings, months: int) -> bool:
    """Say whether a team is known to be younger than so many months."""
    return settings.age_months is not None and settings.age_months < months
