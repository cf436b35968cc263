"""The page of comments: by prompt, in the order they were frozen in, with nothing beside the words themselves."""

from collections.abc import Mapping, Sequence

from assess.localisation import HTML_LANGUAGE
from assess.releases.comments import comment_language
from assess.releases.released import Released, derived_from_all
from assess.reports.present.pages import CommentBlock, CommentPage, SaidText
from assess.reports.present.saying import gettext as _
from assess.reports.present.words import text_in
from assess.surveys.instruments import Instrument


def comment_page(released: Mapping[str, Sequence[Released[str]]], instrument: Instrument) -> CommentPage | None:
    """Build the page from one node's released comments, prompt code to texts; None where there are none."""
    blocks = tuple(
        CommentBlock(
            prompt=text_in(prompt.text),
            count=_("%(count)s comments", count=derived_from_all(len, texts)),
            texts=tuple(SaidText(text, HTML_LANGUAGE[comment_language(text.value)]) for text in texts),
        )
        for prompt in instrument.comments
        if (texts := released.get(prompt.code))
    )
    if not blocks:
        return None
    return CommentPage(
        lead=_(
            "In the writers’ own words, in random order. Nobody can look up who wrote what; please do not guess, and "
            "do not ask."
        ),
        blocks=blocks,
    )
