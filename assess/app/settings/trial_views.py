"""The buttons that try something, and the invitation of key holders.

What was tried is said in the answer itself: nothing of it is kept, and sending the form again tries again.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assess.accounts.errors import ProviderError
from assess.accounts.links import INVITATION, link_address
from assess.accounts.models import Account
from assess.accounts.pages.forms import first_errors
from assess.accounts.pages.rights import needs, require_admin
from assess.accounts.provider import Client, Provider
from assess.app import site
from assess.app.account_views import InviteForm
from assess.app.settings.page import Said, settings_page
from assess.app.settings.views import CANNOT_BE_TAKEN, CONFLICT
from assess.errors import AssessError
from assess.jobs.models import Queue
from assess.localisation import current_language, format_moment
from assess.localisation import gettext as _
from assess.mail_config import is_plain_address
from assess.messages.trial import send_trial
from assess.surveys.holders.people import invite_holder
from assess.tables.labels import clean_name
from assess.tasks.greeting import is_anybody_there

settings_trials = Blueprint("settings_trials", __name__)

MAIL_SECONDS = 10.0
GREETING_SECONDS = 5.0


@settings_trials.post("/app/settings/holders")
@needs(require_admin)
def invite_key_holder(account: Account) -> ResponseReturnValue:
    """Make the account of a key holder and show the link to hand over, once."""
    form = InviteForm(request.form)
    typed = {"holder-name": form.name.data or "", "holder-email": form.email.data or ""}
    if not form.validate():
        wrong = first_errors(form)
        errors = {f"holder-{name}": wrong[name] for name in ("name", "email") if name in wrong}
        return settings_page(account, Said("holders", errors=errors, typed=typed)), CANNOT_BE_TAKEN
    now = datetime.now(UTC)
    try:
        token = invite_holder(
            site.database(),
            email=form.email.data or "",
            name=form.name.data or "",
            language=str(form.language.data),
            now=now,
        )
    except AssessError as error:
        return settings_page(account, Said("holders", errors={"holder-email": str(error)}, typed=typed)), CONFLICT
    settings = site.settings()
    until = format_moment((now + INVITATION - timedelta(minutes=1)).astimezone(settings.zone))
    return render_template(
        "app/one_time_link.html",
        name=clean_name(form.name.data or ""),
        link=link_address(settings, token),
        until=until,
        back="/app/settings#holders",
    )


@settings_trials.post("/app/settings/mail")
@needs(require_admin)
def try_mail(account: Account) -> ResponseReturnValue:
    """Send one harmless message at once and say what the server answered."""
    address, mail = request.form.get("address", "").strip(), site.settings().mail
    typed = {"address": address}
    if not is_plain_address(address):
        sentence = _("Write an e-mail address like anna@example.com.")
        return settings_page(account, Said("mail", errors={"address": sentence}, typed=typed)), CANNOT_BE_TAKEN
    if mail is None:
        sentence = _("No mail server is set up, so no mail is queued or sent; set ASSESS_SMTP_HOST.")
        return settings_page(account, Said("mail", refusal=sentence, typed=typed)), CONFLICT
    patient = replace(mail, connect_seconds=MAIL_SECONDS, patience_seconds=MAIL_SECONDS)
    refusal = ""
    try:
        send_trial(replace(site.settings(), mail=patient), address, current_language(), now=datetime.now(UTC))
    except AssessError as error:
        refusal = str(error)
    done = "" if refusal else _("The mail server has taken the message to %(address)s.", address=address)
    return settings_page(account, Said("mail", done, refusal, typed=typed))


@settings_trials.post("/app/settings/work")
@needs(require_admin)
def try_work(account: Account) -> ResponseReturnValue:
    """Give each kind of worker a job that does nothing, and wait a moment for it."""
    names = {Queue.DEFAULT: _("Reports and batches"), Queue.KEEPER: _("Closing in time and mail, beside the keys")}
    try:
        answered = is_anybody_there(site.database(), site.settings(), seconds=GREETING_SECONDS)
    except AssessError as error:
        return settings_page(account, Said("work", refusal=str(error)))
    silent = [names[queue] for queue, when in answered.items() if when is None]
    if silent:
        sentence = _(
            "Nobody took the test job within %(seconds)d seconds: %(silent)s. Start a worker with: assess worker",
            seconds=int(GREETING_SECONDS),
            silent="; ".join(silent),
        )
        return settings_page(account, Said("work", refusal=sentence))
    slowest = max(when for when in answered.values() if when is not None)
    done = _("Both test jobs were done, the later one after %(seconds)s seconds.", seconds=f"{slowest:.1f}")
    return settings_page(account, Said("work", done))


@settings_trials.post("/app/settings/provider")
@needs(require_admin)
def try_provider(account: Account) -> ResponseReturnValue:
    """Ask the provider what it says of itself and for its keys; nobody is signed in."""
    client = Client.of(site.settings())
    if client is None:
        return settings_page(account, Said("provider", refusal=_("No provider is set up."))), CONFLICT
    provider = Provider(client)
    try:
        keys = len(provider.keys().keys)
    except ProviderError as error:
        refusal = _("%(issuer)s does not answer as a provider does (%(what)s).", issuer=client.issuer, what=str(error))
        return settings_page(account, Said("provider", refusal=refusal))
    done = _("%(issuer)s answers under its own name; keys: %(number)d.", issuer=client.issuer, number=keys)
    return settings_page(account, Said("provider", done))
