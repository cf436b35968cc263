"""`assess cycle links` and `assess cycle codes`: the links of an open cycle once more, as a file or to cut and draw.

Both compute what was computed at opening; nothing is stored, nobody gets a second right to vote.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.cli.options import installation
from assess.cli.output import new_private_bytes, new_private_file
from assess.localisation import LANGUAGES
from assess.localisation import gettext as _
from assess.surveys.inviting import links_of
from assess.surveys.link_files import write_links
from assess.surveys.paper_codes import paper_codes


@click.command("links")
@click.argument("quarter")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Written once, mode 0600.")
def links_command(quarter: str, out: Path) -> None:
    """Write the links of an open cycle again: the same ones, per group and without names."""
    with installation() as (settings, database), new_private_file(out) as file:
        groups = links_of(database, settings, quarter)
        write_links(file, groups)
    click.echo(
        _(
            "Wrote the %(links)d links of %(quarter)s to %(file)s, the same as before. Hand them out, then delete it.",
            links=sum(len(group.links) for group in groups),
            quarter=quarter,
            file=out,
        )
    )


@click.command("codes")
@click.argument("quarter")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE.pdf", help="Written once, 0600.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the slips; default: both on every slip.")
def codes_command(quarter: str, out: Path, lang: str | None) -> None:
    """Draw sheets to cut: one slip with code and QR code for everybody without e-mail, to draw from a box per group."""
    from assess.reports.printed_codes import printed_codes_pdf

    with installation() as (settings, database), new_private_bytes(out) as file:
        codes = paper_codes(database, settings, quarter, now=datetime.now(UTC))
        file.write(printed_codes_pdf(codes, lang))
    for group in codes.groups:
        if len(group.codes) == 1:
            click.echo(
                _(
                    "%(group)s has one slip only: whoever hands it out knows whose it is. Do not note the code.",
                    group=group.name,
                ),
                err=True,
            )
    click.echo(
        _(
            "Wrote %(slips)d slips for %(groups)d boxes to %(file)s. Print, cut, let people draw, then delete it.",
            slips=sum(len(group.codes) for group in codes.groups),
            groups=len(codes.groups),
            file=out,
        )
    )
