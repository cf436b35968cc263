"""WTForms checks what arrives; a password is never shown again."""

from wtforms import Field, Form, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import StopValidation

from assess.localisation import gettext as _


def _given(_form: Form, field: Field) -> None:
    if not (field.data or "").strip():
        raise StopValidation(_("Fill in this field."))


def _repeated(form: Form, field: Field) -> None:
    if field.data != form["password"].data:
        raise ValidationError(_("The two passwords differ; type the same one twice."))


class SignInForm(Form):
    """Address and password."""

    email = StringField(validators=[_given])
    password = PasswordField(validators=[_given])
    next = HiddenField()


class CodeForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(validators=[_given])
    next = HiddenField()


class PasswordForm(Form):
    """The current password, asked again before something that matters."""

    password = PasswordField(validators=[_given])


class PasswordAndCodeForm(PasswordForm):
    """Both steps at once."""

    code = StringField(validators=[_given])


class PasskeyForm(Form):
    """What the browser answered, and what its owner calls the device."""

    credential = HiddenField(validators=[_given])
    name = StringField()


class NewPasswordForm(Form):
    """A password, typed twice because it cannot be seen."""

    password = PasswordField(validators=[_given])
    repeated = PasswordField(validators=[_repeated])


class ChangePasswordForm(Form):
    """The same for somebody who has one already; in the order of the page, whose first wrong field has the focus."""

    current = PasswordField(validators=[_given])
    password = PasswordField(validators=[_given])
    repeated = PasswordField(validators=[_repeated])


def first_errors(form: Form) -> dict[str, str]:
    """Return one message per field that cannot be taken."""
    return {str(name): str(next(iter(messages))) for name, messages in form.errors.items()}
