"""`assess instruments`: the built-in questionnaires, those of the organisation's own, files to check and to export."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.cli.options import installation
from assess.cli.output import STANDARD_OUTPUT, written_whole
from assess.errors import InputError
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.surveys.instruments import BUILT_IN, Instrument, instrument_source, load_instrument
from assess.surveys.instruments.answer_sheet import answer_sheet_csv, answer_sheet_xlsx
from assess.surveys.own_instruments.finding import own_instruments
from assess.surveys.own_instruments.keeping import keep_instrument, remove_instrument
from assess.tables.labels import listed


@click.group()
def instruments() -> None:
    """Questionnaires: list, check, export, keep your own."""


@instruments.command("list")
def list_built_in() -> None:
    """List the built-in questionnaires."""
    for code in BUILT_IN:
        click.echo(_summary(load_instrument(code)))


@instruments.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def check(context: click.Context, files: tuple[str, ...]) -> None:
    """Check questionnaires in TOML; every wrong one is named with line and reason."""
    failed = False
    for name in files:
        try:
            click.echo(_("OK: %(summary)s", summary=_summary(load_instrument(name))))
        except InputError as error:
            failed = True
            click.echo(str(error), err=True)
    if failed:
        context.exit(InputError.exit_code)


@instruments.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE")
def add(file: Path) -> None:
    """Keep a questionnaire of your own, so that HR can plan surveys with it; one with the same code is replaced."""
    with installation() as (_settings, database):
        with database.writing() as session:
            kept = keep_instrument(session, file.name, file.read_bytes(), now=datetime.now(UTC))
        click.echo(_("Kept: %(summary)s", summary=_summary(kept.instrument)))
        if kept.plans:
            click.echo(_("These plans ask it as it is now: %(plans)s.", plans=listed(kept.plans)))


@instruments.command()
@click.argument("code")
def remove(code: str) -> None:
    """Offer a questionnaire of your own no more; surveys and plans that have it keep it."""
    with installation() as (_settings, database):
        with database.writing() as session:
            if not remove_instrument(session, code):
                known = listed(each.instrument.code for each in own_instruments(session)) or "–"
                raise InputError(
                    _("There is no questionnaire %(code)s of your own. Known: %(known)s.", code=code, known=known)
                )
        click.echo(_("The questionnaire is no longer offered. Surveys and plans that have it keep it."))


@instruments.command()
def own() -> None:
    """List the questionnaires of your own."""
    with installation() as (_settings, database), database.reading() as session:
        for each in own_instruments(session):
            click.echo(_summary(each.instrument))


@instruments.command()
@click.argument("code")
@click.option("--form", type=click.Choice(["csv", "xlsx", "toml"]), default="csv", show_default=True)
@click.option("--module", "modules", multiple=True, metavar="MODULE", help="Add a driver module; may be repeated.")
@click.option("--out", default=STANDARD_OUTPUT, metavar="FILE", help="File to write instead of standard output.")
def export(code: str, *, form: str, modules: tuple[str, ...], out: str) -> None:
    """Write an answer sheet (csv, xlsx) or the questionnaire itself (toml). CODE may also be a TOML file."""
    content = _content(code, form, modules)
    with written_whole(out) as stream:
        stream.write(content)


def _content(code: str, form: str, modules: tuple[str, ...]) -> bytes:
    asked = load_instrument(code).effective(modules)
    if form == "csv":
        return answer_sheet_csv(asked)
    if form == "xlsx":
        return answer_sheet_xlsx(asked)
    return instrument_source(code).encode()


def _summary(instrument: Instrument) -> str:
    core = instrument.restricted()
    name = instrument.name.get(current_language()) or next(iter(instrument.name.values()))
    return _(
        "%(code)s %(version)s, %(name)s: %(dimensions)d dimensions, %(items)d items, %(outcomes)d outcomes, "
        "%(modules)d driver modules; languages %(languages)s; sha256 %(hash)s",
        code=instrument.code,
        version=instrument.version,
        name=name,
        dimensions=len(core.dimensions),
        items=len(core.items),
        outcomes=len(core.outcomes),
        modules=len(instrument.modules),
        languages=", ".join(instrument.languages),
        hash=instrument.sha256[:20],
    )
