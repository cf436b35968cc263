"""What arrives from the forms of a board. The services' own checks speak, each beside its field."""

from collections.abc import Callable
from datetime import date

from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import StopValidation

from assess.actions.texts import check_due, clean_note, clean_owner, clean_steps, clean_title
from assess.app.site import moment, settings
from assess.errors import AssessError
from assess.localisation import gettext as _

Check = Callable[[Form, Field], None]


def read_date(text: str) -> date | None:
    """Read a day; None for an empty field. StopValidation for what is none."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise StopValidation(_("“%(value)s” is no date; write it like 2027-01-31.", value=text[:40])) from None


def lines(text: str) -> tuple[str, ...]:
    """Take what stands on each line."""
    return tuple(text.splitlines())


def _by(check: Callable[[str], object]) -> Check:
    def checked(_form: Form, field: Field) -> None:
        try:
            check(str(field.data or ""))
        except AssessError as error:
            raise StopValidation(str(error)) from None

    return checked


def _day(text: str) -> None:
    check_due(read_date(text), moment().astimezone(settings().zone).date())


def _new_day(form: Form, field: Field) -> None:
    """Check a date that was changed; one that stays may be over by now."""
    if str(field.data or "").strip() != form["was_due_on"].data:
        _by(_day)(form, field)


class AdoptForm(Form):
    """Who looks after it, and by when."""

    owner = StringField(validators=[_by(clean_owner)])
    due_on = StringField(validators=[_by(_day)])


class OwnForm(AdoptForm):
    """An action in the leader's own words; each line is a step."""

    title = StringField(validators=[_by(clean_title)])
    steps = TextAreaField(validators=[_by(lambda text: clean_steps(lines(text)))])
    dimension = StringField()


class AdaptForm(Form):
    """Other words for an action; steps are not asked for where one is ticked off."""

    title = StringField(validators=[_by(clean_title)])
    steps = TextAreaField(validators=[_by(lambda text: clean_steps(lines(text)))])


class RetitleForm(Form):
    """Another title alone."""

    title = StringField(validators=[_by(clean_title)])


class AssignForm(Form):
    """Who looks after a running action, and by when."""

    owner = StringField(validators=[_by(clean_owner)])
    due_on = StringField(validators=[_new_day])
    was_due_on = StringField()


class NoteForm(Form):
    """A note for the leader and HR."""

    note = TextAreaField(validators=[_by(clean_note)])
