"""`assess instruments`: list the built-in questionnaires, check files, export a questionnaire or an answer sheet."""

import click

from assess.cli.output import STANDARD_OUTPUT, written_whole
from assess.errors import InputError
from assess.localisation import current_language
from assess.localisation import gettext as _
from assess.surveys.instruments import BUILT_IN, Instrument, instrument_source, load_instrument
from assess.surveys.instruments.answer_sheet import answer_sheet_csv, answer_sheet_xlsx


@click.group()
def instruments() -> None:
    """Questionnaires: list, check, export."""


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
