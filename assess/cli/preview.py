"""The preview of reportability as a table on the terminal."""

import click

from assess.cli.columns import display_width
from assess.localisation import gettext as _
from assess.surveys.plan_words import merging_sentences, percent, summary_sentences
from assess.surveys.planning import RATES, NodePreview, Preview

_COLUMN = 7


def print_preview(preview: Preview) -> None:
    """Print how often each group and unit would be shown, and what merging would change."""
    heads = [_("group"), _("unit"), _("invited")]
    width = max(display_width(name) for name in [*heads[:2], *(node.name for node in preview.nodes)])
    click.echo(_("Share of simulated cycles in which a report appears, by response rate:"))
    click.echo(_line(heads[0], width, heads[2], [percent(rate) for rate in RATES]))
    for node in [n for n in preview.nodes if not n.is_unit]:
        click.echo(_row(node, width))
    click.echo(_line(heads[1], width, heads[2], [percent(rate) for rate in RATES]))
    for node in [n for n in preview.nodes if n.is_unit]:
        click.echo(_row(node, width))
    click.echo()
    for sentence in [*summary_sentences(preview), *merging_sentences(preview)]:
        click.echo(sentence)
    click.echo(_("Nobody’s answer goes into this: it follows from the sizes of the groups and the rules of closing."))


def _row(node: NodePreview, width: int) -> str:
    return _line(node.name, width, str(node.invited), [percent(share) for share in node.shown])


def _line(name: str, width: int, invited: str, cells: list[str]) -> str:
    numbers = "".join(_right(cell, _COLUMN) for cell in [invited, *cells])
    return f"  {name}{' ' * (width - display_width(name))}  {numbers}"


def _right(text: str, width: int) -> str:
    return " " * max(width + 2 - display_width(text), 1) + text
