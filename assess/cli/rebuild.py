"""`assess rebuild`: a report is made again from its frozen result, and compared byte by byte."""

from pathlib import Path

import click

from assess.cli.options import installation
from assess.cli.output import refuse_same_file, written_whole
from assess.errors import InputError, RefusalError
from assess.localisation import gettext as _
from assess.reports.rebuild import Comparison, Rebuilt
from assess.reports.rebuild import rebuild as make_again

_MOST_BYTES = 64 * 1024 * 1024


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--out", metavar="FILE", help="Write what was made again here.")
def rebuild(report: Path, out: str | None) -> None:
    """Make REPORT, a PDF of ours, again from the result document it names, and say whether it is the same."""
    content = _read(report)
    if out is not None:
        refuse_same_file(out, report)
    with installation() as (_settings, database), database.reading() as session:
        made = make_again(session, content)
    if out is not None:
        with written_whole(out) as stream:
            stream.write(made.content)
    if made.comparison == Comparison.IDENTICAL:
        click.echo(
            _(
                "Identical, byte by byte: this is what the result of %(quarter)s gives (%(sha256)s).",
                quarter=made.quarter,
                sha256=made.provenance.result_sha256,
            )
        )
        return
    _explain(made)
    if made.comparison != Comparison.RENDERER:
        raise RefusalError(_verdict(made))
    click.echo(_verdict(made))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(_("%(file)s is no report: it is far too large.", file=path))
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            _(
                "%(file)s cannot be read (%(what)s); check the path.",
                file=path,
                what=error.strerror or type(error).__name__,
            )
        ) from error


def _explain(made: Rebuilt) -> None:
    """Name what differs, most telling first."""
    for passage in made.passages[0]:
        click.echo(_("Only in this file: %(text)s", text=passage))
    for passage in made.passages[1]:
        click.echo(_("Only when made again: %(text)s", text=passage))
    for name, then, now in made.versions:
        click.echo(_("%(what)s: %(then)s then, %(now)s now", what=name, then=then, now=now))


def _verdict(made: Rebuilt) -> str:
    verdicts = {
        Comparison.RENDERER: _("Numbers identical, renderer differs."),
        Comparison.SAVED: _(
            "Numbers and words identical, and the same renderer; but this file was changed after it was written."
        ),
        Comparison.WORDS: _("Numbers identical, words differ."),
        Comparison.NUMBERS: _(
            "Numbers differ: this file is not what the result of %(quarter)s gives.", quarter=made.quarter
        ),
    }
    return verdicts[made.comparison]
