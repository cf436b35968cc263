"""`assess demo`: a company to look at, its reports, and links to try on this computer and on a phone."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
import segno

from assess.cli.site import run_server
from assess.config import Settings, load_settings
from assess.demo.build import Demo, build_demo, demo_settings
from assess.demo.company import AFTER_SALES, CLOSED, INTERNATIONAL, QUARTERS
from assess.demo.network import address_in_network
from assess.demo.stories import STORIES, Story
from assess.extensions import open_database
from assess.localisation import LANGUAGES, current_language, format_quarter
from assess.localisation import gettext as _
from assess.localisation import lazy_gettext as _l
from assess.reports.cycle_reports import write_cycle_organisation_report, write_cycle_reports
from assess.reports.file_names import ORGANISATION
from assess.reports.unit_links import links_of_units

REPORTS_DONE = "reports-written"
TO_TRY = (AFTER_SALES, INTERNATIONAL)  # one group of ten and more at home in each language


@dataclass(frozen=True)
class _Written:
    story: Story
    path: Path


LATEST = max(story.quarter for story in STORIES)
_WHOLE = Story(LATEST, "", _l("the whole organisation, for the business head: start here if you have two minutes"))


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo company away and build it anew.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, metavar="DIR")
@click.option("--serve/--no-serve", default=False, help="Serve the site when everything is ready.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535))
@click.option("--local", is_flag=True, help="Serve to this computer only, not to phones in the same network.")
def demo(reset: bool, out: Path, serve: bool, port: int, local: bool) -> None:
    """Build a demo company with six closed quarters and an open one."""
    settings = demo_settings(load_settings({**os.environ, "ASSESS_BASE_URL": f"http://127.0.0.1:{port}"}))
    built = build_demo(settings, now=datetime.now(UTC), reset=reset, say=_say)
    reports = _write_reports(settings, built, out)
    phone = None if local else address_in_network()
    _print_reports(reports, built.labels)
    _print_links(built, phone)
    _print_results(settings, built)
    _print_accounts(settings, built)
    if serve:
        host = "127.0.0.1" if phone is None else "0.0.0.0"  # noqa: S104 - phones are meant to reach the demo
        run_server(host, port, settings=_for_looking(settings, phone))


def _for_looking(settings: Settings, phone: str | None) -> dict[str, str]:
    """Name what the processes of the site are told beside the environment of this command."""
    return {
        "ASSESS_BASE_URL": settings.base_url,
        "ASSESS_ALSO_HOSTS": phone or "",
        "ASSESS_SECOND_STEP": settings.second_step,  # who only looks needs no authenticator app
    }


def _write_reports(settings: Settings, demo: Demo, out: Path) -> dict[str, list[_Written]]:
    """Write the reports of all stories in both languages, unless the last run finished them."""
    done = settings.data_dir / REPORTS_DONE
    if demo.built:
        done.unlink(missing_ok=True)
        for old in out.glob("*_team-health_*.pdf"):
            old.unlink()
    paths: dict[tuple[str, str, str], str] = {}
    if done.exists():
        paths = {tuple(line.split("\t")[:3]): line.split("\t")[3] for line in done.read_text("utf-8").splitlines()}  # type: ignore[misc]
    if not paths or not all(Path(path).exists() for path in paths.values()):
        paths = _draw_reports(settings, demo, out)
        done.write_text("".join("\t".join([*key, path]) + "\n" for key, path in paths.items()), "utf-8")
    return {
        language: [
            _Written(_WHOLE, Path(paths[language, demo.labels[LATEST], ORGANISATION])),
            *(_Written(s, Path(paths[language, demo.labels[s.quarter], s.node])) for s in STORIES),
        ]
        for language in LANGUAGES
    }


def _draw_reports(settings: Settings, demo: Demo, out: Path) -> dict[tuple[str, str, str], str]:
    paths: dict[tuple[str, str, str], str] = {}
    total = (len(STORIES) + 1) * len(LANGUAGES)
    database = open_database(settings)
    try:
        with click.progressbar(length=total, label=_("==> Drawing %(total)d reports", total=total)) as bar:
            for language in LANGUAGES:
                label = demo.labels[LATEST]
                paths[language, label, ORGANISATION] = str(
                    write_cycle_organisation_report(database, label, out, language)
                )
                bar.update(1)
                for quarter in sorted({story.quarter for story in STORIES}):
                    label = demo.labels[quarter]
                    only = {story.node for story in STORIES if story.quarter == quarter}
                    for written in write_cycle_reports(database, label, out, language, only=only):
                        paths[language, label, written.team] = str(written.path)
                        bar.update(1)
    finally:
        database.close()
    return paths


def _print_reports(reports: Mapping[str, list[_Written]], labels: Mapping[int, str]) -> None:
    language = current_language()
    other = next(code for code in LANGUAGES if code != language)
    click.echo()
    click.echo(_("Reports, in the order in which to read them (each also as …_%(other)s.pdf):", other=other))
    for written in reports[language]:
        quarter = format_quarter(labels[written.story.quarter])
        click.echo(f"    {written.path}\n        {quarter} · {written.story.why}")
    first = reports[language][0]
    click.echo()
    click.echo(_("Open first: %(file)s (%(why)s)", file=first.path, why=first.story.why))


def _print_links(demo: Demo, phone: str | None) -> None:
    quarter = format_quarter(demo.labels[QUARTERS])
    click.echo()
    click.echo(_("Answer %(quarter)s yourself, on this computer:", quarter=quarter))
    links = {group.group: group.links for group in demo.links}
    for group in TO_TRY:
        click.echo(f"    {links[group][0]}  {group}")
    if phone is None:
        return
    mine = urlsplit(links[TO_TRY[0]][1])
    address = mine._replace(netloc=f"{phone}:{mine.port}").geturl()
    click.echo(_("On a phone in the same network (plain http, for trying only):"))
    click.echo(f"    {address}")
    if sys.stdout.isatty() and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":
        segno.make(address).terminal(compact=True)


def _print_results(settings: Settings, demo: Demo) -> None:
    """Print what the members of one team get to read after publication."""
    database = open_database(settings)
    try:
        with database.reading() as session:
            units = links_of_units(session, settings, demo.labels[CLOSED[-1]])
    finally:
        database.close()
    click.echo()
    click.echo(_("What everybody in one team reads after publication, without signing in:"))
    click.echo(f"    {next(unit.link for unit in units if unit.unit == AFTER_SALES)}  {AFTER_SALES}")


def _print_accounts(settings: Settings, demo: Demo) -> None:
    click.echo()
    click.echo(_("Sign in at %(address)s as (for trying only):", address=f"{settings.base_url}/app"))
    for person in demo.accounts:
        role = _("HR") if not person.opening_code else _("key holder")
        if person.leads:
            role = _("leads %(teams)s", teams=person.leads)
        click.echo(f"    {person.email}  {person.password}  {role}")
        if person.opening_code:
            click.echo("        " + _("opening code %(code)s", code=person.opening_code))


def _say(sentence: str) -> None:
    click.echo(f"==> {sentence}")
