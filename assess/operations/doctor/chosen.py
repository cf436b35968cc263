"""What administrators have set: which of it is in force, which the operator has overruled, which no longer holds."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from assess.config import CHOOSABLE, Settings
from assess.localisation import gettext as _
from assess.operations.doctor.finding import Finding, fine, note, wrong
from assess.organisation.in_force import chosen_texts, text_of


def examine_chosen(session: Session, settings: Settings) -> Iterator[Finding]:
    """Compare what was set with what is in force; `settings` are those in force."""
    chosen = chosen_texts(session)
    differing = {name: text for name, text in chosen.items() if text != text_of(settings, name)}
    for name, text in differing.items():
        facts = {"variable": CHOOSABLE[name], "text": text}
        if name in settings.fixed:
            yield note(
                _("“%(text)s” was set on the settings page, but %(variable)s comes first.", **facts),
                _("The settings page says so too; nothing is lost."),
            )
        else:
            yield wrong(
                _("“%(text)s” was set on the settings page instead of %(variable)s and cannot be used here.", **facts),
                _("The default holds instead."),
                _("Set it again, on the page or with: assess organisation set"),
            )
    if not differing:
        yield fine(_("Settings made by administrators: %(number)d, all in force.", number=len(chosen)))
