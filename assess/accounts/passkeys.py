"""Passkeys (WebAuthn): a key in somebody's device that signs in without a password.

The device checks its owner (finger, face, PIN) before it signs, so a passkey is both steps at once. It signs for one
site: the name and the origin come from `ASSESS_BASE_URL` and never from a request. No attestation is asked for: which
make a device is of is nobody's business here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from assess.accounts.challenges import Challenges, spend
from assess.accounts.errors import UnknownPasskeyError, WrongSignInError
from assess.accounts.models import Account, Passkey
from assess.accounts.passwords import verify_password
from assess.accounts.recovery_codes import codes_left, draw_codes, forget_codes
from assess.accounts.second_step import has_second_step
from assess.accounts.sessions import begin_session, end_all_sessions
from assess.audit.acting import ACCOUNT, Actor, acting
from assess.audit.recording import record
from assess.config import Settings
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _
from assess.tables.labels import clean_name

NAME_LENGTH = 60
MOST = 20
REGISTER, SIGN_IN = "register", "sign in"


@dataclass(frozen=True)
class Site:
    """For whom passkeys are made: the name of the host, the origin of its pages, what people call it."""

    host: str
    origin: str
    organisation: str

    @classmethod
    def of(cls, settings: Settings) -> "Site | None":
        """Read it from the settings; None where browsers make no passkeys: plain http, and addresses without a name."""
        parts = urlsplit(settings.base_url)
        host = parts.hostname or ""
        if not (settings.is_https or host == "localhost") or _is_number(host):
            return None
        return cls(host, f"{parts.scheme}://{parts.netloc}", settings.organisation)


def options_to_register(site: Site, session: Session, account: Account, challenge: bytes) -> str:
    """Write what the browser has to know to make a passkey, as JSON; a device that has one already is left out."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.organisation,
            user_id=account.id,
            user_name=account.email,
            user_display_name=account.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys_of(session, account)
            ],
        )
    )


def options_to_sign_in(site: Site, challenge: bytes) -> str:
    """Write what the browser has to know to use one; it names no account."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
        )
    )


def register(
    database: Database,
    site: Site,
    challenges: Challenges,
    account: Account,
    answer: str,
    *,
    name: str,
    browser_token: str,
    now: datetime,
) -> tuple[str, list[str]]:
    """Store a passkey; return the token of a new session and, with the first second step, recovery codes.

    UnknownPasskeyError for an answer to another challenge, of another site, or without its owner being checked. Every
    other session ends.
    """
    challenge = _challenge_in(answer)
    end = challenges.end_of(challenge, REGISTER, browser_token, now=now)
    if end is None:
        raise UnknownPasskeyError
    made = _made_by_device(site, challenge, answer)
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        known = session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
        if not found.is_active or known is not None or not spend(session, challenge, end=end, now=now):
            raise UnknownPasskeyError
        if len(passkeys_of(session, found)) >= MOST:
            raise RefusalError(_("You have %(number)d passkeys already; remove one first.", number=MOST))
        session.add(
            Passkey(
                account_id=found.id,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=clean_name(name)[:NAME_LENGTH] or _("Passkey"),
                made_at=now,
            )
        )
        end_all_sessions(session, found)
        record(session, "account.passkey_added", found.email)
        codes = [] if codes_left(session, found) else draw_codes(session, found)
        return begin_session(session, found, now=now, instead_of=None), codes


def _made_by_device(site: Site, challenge: bytes, answer: str) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever the library meets in what was sent
        raise UnknownPasskeyError from error


def sign_in_with_passkey(
    database: Database, site: Site, challenges: Challenges, answer: str, *, browser_token: str, now: datetime
) -> str:
    """Begin a session and return its token; UnknownPasskeyError says neither what was wrong nor who exists."""
    challenge = _challenge_in(answer)
    end = challenges.end_of(challenge, SIGN_IN, browser_token, now=now)
    if end is None:
        raise UnknownPasskeyError
    with database.writing() as session:
        passkey = session.scalar(select(Passkey).where(Passkey.credential_id == _credential_in(answer)))
        account = None if passkey is None else session.get(Account, passkey.account_id)
        if passkey is None or account is None or not account.is_active:
            raise UnknownPasskeyError
        try:
            used = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except Exception as error:  # as above
            raise UnknownPasskeyError from error
        if _handle_in(answer) not in {None, account.id} or not spend(session, challenge, end=end, now=now):
            raise UnknownPasskeyError
        passkey.sign_count, passkey.used_at = used.new_sign_count, now
        with acting(Actor(ACCOUNT, account.email)):  # who has just proved it
            record(session, "account.signed_in", account.email)
        return begin_session(session, account, now=now, instead_of=browser_token)


def passkeys_of(session: Session, account: Account) -> Sequence[Passkey]:
    """List the passkeys of an account, the oldest first."""
    mine = select(Passkey).where(Passkey.account_id == account.id)
    return session.scalars(mine.order_by(Passkey.made_at, Passkey.id)).all()


def passkey_of(session: Session, account: Account, passkey_id: bytes) -> Passkey | None:
    """Find one passkey among those of an account; None for everybody else's."""
    return session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account.id))


def remove_passkey(database: Database, account: Account, passkey_id: bytes, password: str, *, now: datetime) -> str:
    """Remove a passkey, with the password; every other session ends. Return the token of a new one.

    With the last second step the recovery codes go too. A passkey that is gone already is fine.
    """
    if not verify_password(account.password_hash, password):
        raise WrongSignInError
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        if not found.is_active or found.password_hash != account.password_hash:
            raise WrongSignInError
        session.execute(delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account.id))
        if not has_second_step(session, found):
            forget_codes(session, found)
        end_all_sessions(session, found)
        record(session, "account.passkey_removed", found.email)
        return begin_session(session, found, now=now, instead_of=None)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _challenge_in(answer: str) -> bytes:
    """Read which challenge was answered; UnknownPasskeyError for what is no answer at all."""
    try:
        return parse_client_data_json(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"])).challenge
    except Exception as error:
        raise UnknownPasskeyError from error


def _credential_in(answer: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(answer)["rawId"])
    except Exception as error:
        raise UnknownPasskeyError from error


def _handle_in(answer: str) -> bytes | None:
    handle = json.loads(answer)["response"].get("userHandle")
    return base64url_to_bytes(handle) if isinstance(handle, str) else None
