"""The two files HR imports each quarter, written from the demo's roster."""

import csv
from datetime import datetime
from pathlib import Path

from assess.demo.calendar import quarter_start
from assess.demo.company import SHOP, TEAMS, UNITS
from assess.demo.people import Member, Roster


def write_imports(folder: Path, roster: Roster, now: datetime) -> tuple[Path, Path]:
    """Write `teams.csv` and `people.csv` into a folder of their own and return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    teams, people = folder / "teams.csv", folder / "people.csv"
    with teams.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["team", "parent", "function", "founded_on", "leader_email"])
        writer.writerow([SHOP, "", "", "", roster.heads[SHOP].email])
        functions = {unit.name: unit.function for unit in UNITS}
        for unit in UNITS:
            writer.writerow([unit.name, SHOP, unit.function, "", roster.heads[unit.name].email])
        for team in TEAMS:
            if team.name in roster.teams:
                founded = quarter_start(team.founded, now).isoformat()
                writer.writerow([team.name, team.unit, functions[team.unit], founded, roster.leads[team.name].email])
    with people.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email", "team", "mail_language"])
        for team_name, head in [*roster.heads.items(), *roster.leads.items()]:
            writer.writerow(_line(head, team_name))
        for team_name, members in roster.teams.items():
            writer.writerows(_line(member, team_name) for member in members)
    return teams, people


def _line(member: Member, team: str) -> list[str]:
    return [member.name, member.email, team, "en" if member.english else "zh"]
