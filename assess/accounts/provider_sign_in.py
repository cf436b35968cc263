"""Signing in through an OpenID Connect provider: authorization code with PKCE, and who the answer belongs to.

Nothing is stored on the way out: `state` is a challenge tied to this browser, `nonce` and the PKCE verifier are
computed from it. An account is found by issuer and subject; these are bound to it once, when somebody who was invited
and has not set a password comes with the invited, verified address, or from a session of that very account.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.challenges import Challenges, spend
from assess.accounts.errors import ProviderError, UnboundProviderError
from assess.accounts.links import withdraw_links
from assess.accounts.models import Account, ProviderIdentity
from assess.accounts.provider import Provider
from assess.accounts.sessions import begin_session
from assess.accounts.signing_in import find_account
from assess.audit.acting import ACCOUNT, Actor, acting
from assess.audit.recording import record
from assess.errors import RefusalError
from assess.extensions import Database
from assess.localisation import gettext as _

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signed by a key only the provider has: none, and none that is shared."""
LEEWAY_SECONDS = 60
_PURPOSE = "provider"


class Journey:
    """One way to the provider and back, all of it computed from `state` and the browser's token."""

    def __init__(self, installation_secret: bytes, challenges: Challenges) -> None:
        self._key = hmac.digest(installation_secret, b"assess/provider", hashlib.sha256)
        self._challenges = challenges

    def begin(self, provider: Provider, browser_token: str, target: str, *, now: datetime) -> str:
        """Write the address the browser is sent to; `target` is the page to open afterwards."""
        challenge = self._challenges.write(_PURPOSE + target, browser_token, now=now)
        state = f"{_text(challenge)}.{_text(target.encode())}"
        digest = hashlib.sha256(self._derived(b"verifier", state, browser_token).encode()).digest()
        return provider.authorisation_address(
            {
                "response_type": "code",
                "client_id": provider.client.client_id,
                "redirect_uri": provider.client.redirect_uri,
                "scope": "openid email",
                "state": state,
                "nonce": self._derived(b"nonce", state, browser_token),
                "code_challenge": _text(digest),
                "code_challenge_method": "S256",
            }
        )

    def finish(
        self, provider: Provider, answer: Mapping[str, str], browser_token: str, *, now: datetime
    ) -> tuple[dict[str, Any], bytes, datetime, str]:
        """Check what came back and return the claims, the challenge, its end and the target; else ProviderError."""
        state = answer.get("state", "")
        challenge, target = _split(state)
        end = self._challenges.end_of(challenge, _PURPOSE + target, browser_token, now=now)
        if end is None:
            raise ProviderError("the state is not one of this browser")
        if answer.get("iss", provider.client.issuer) != provider.client.issuer:
            raise ProviderError("the answer is of another provider")
        code = answer.get("code")
        if not code:
            raise ProviderError("the provider refused")
        id_token, access_token = provider.redeem(code, self._derived(b"verifier", state, browser_token))
        nonce = self._derived(b"nonce", state, browser_token)
        claims = read_token(provider, id_token, nonce=nonce, now=now)
        return _with_address(provider, claims, access_token), challenge, end, target

    def _derived(self, what: bytes, state: str, browser_token: str) -> str:
        parts = b"\0".join((what, state.encode(), browser_token.encode()))
        return _text(hmac.digest(self._key, parts, hashlib.sha256))


def read_token(provider: Provider, text: str, *, nonce: str, now: datetime) -> dict[str, Any]:
    """Check signature, issuer, audience, times and nonce of an ID token; ProviderError when one is wrong."""
    client = provider.client
    try:
        try:
            claims = jwt.decode(text, provider.keys(), algorithms=ALGORITHMS).claims
        except (InvalidKeyIdError, ValueError):  # the provider may have changed its keys
            claims = jwt.decode(text, provider.keys(again=True), algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError(f"the ID token is not right: {type(error).__name__}") from error
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != client.client_id:
        raise ProviderError("the ID token was made for another site")
    return claims


def _with_address(provider: Provider, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
    """Ask for the e-mail address where the ID token does not say it, as it need not."""
    if "email" in claims or not access_token:
        return claims
    said = provider.user_info(access_token)
    if said.get("sub") != claims["sub"]:
        return claims  # of somebody else: worth nothing (OpenID Connect Core, 5.3.2)
    return {**claims, "email": said.get("email"), "email_verified": said.get("email_verified")}


def sign_in_as_bound(
    database: Database,
    issuer: str,
    claims: Mapping[str, Any],
    challenge: bytes,
    *,
    end: datetime,
    now: datetime,
    instead_of: str | None,
) -> str:
    """Begin a session for the account these claims belong to and return its token.

    UnboundProviderError where they belong to none, whatever the reason.
    """
    with database.writing() as session:
        if not spend(session, challenge, end=end, now=now):
            raise ProviderError("this answer was used before")
        bound = session.get(ProviderIdentity, (issuer, str(claims["sub"])))
        account = _invited(session, claims) if bound is None else session.get(Account, bound.account_id)
        if account is None or not account.is_active or account.is_key_holder:
            raise UnboundProviderError
        if bound is None:
            session.add(ProviderIdentity(issuer=issuer, subject=str(claims["sub"]), account_id=account.id, made_at=now))
            withdraw_links(session, account)
            record(session, "account.connected", account.email, at=now)
        with acting(Actor(ACCOUNT, account.email)):  # who has just proved it
            record(session, "account.signed_in", account.email, at=now)
        return begin_session(session, account, now=now, instead_of=instead_of, by_provider=True)


def bind(
    database: Database,
    account: Account,
    issuer: str,
    claims: Mapping[str, Any],
    challenge: bytes,
    *,
    end: datetime,
    now: datetime,
) -> None:
    """Bind a provider's subject to the account that is signed in; RefusalError where either is bound already."""
    with database.writing() as session:
        found = session.get_one(Account, account.id)
        if not spend(session, challenge, end=end, now=now):
            raise ProviderError("this answer was used before")
        taken = session.get(ProviderIdentity, (issuer, str(claims["sub"]))) or identity_of(session, found)
        if taken is not None or found.is_key_holder or not found.is_active:
            raise RefusalError(_("This account, or the one of the provider, is connected already."))
        session.add(ProviderIdentity(issuer=issuer, subject=str(claims["sub"]), account_id=found.id, made_at=now))
        record(session, "account.connected", found.email, at=now)


def identity_of(session: Session, account: Account) -> ProviderIdentity | None:
    """Find what binds an account to a provider."""
    return session.scalar(select(ProviderIdentity).where(ProviderIdentity.account_id == account.id))


def _invited(session: Session, claims: Mapping[str, Any]) -> Account | None:
    """Find the account of a verified address that was invited and has neither a password nor a provider yet."""
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        return None
    account = find_account(session, claims["email"])
    if account is None or account.password_hash is not None or identity_of(session, account) is not None:
        return None
    return account


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _split(state: str) -> tuple[bytes, str]:
    challenge, _dot, target = state.partition(".")
    try:
        return urlsafe_b64decode(challenge + "=="), urlsafe_b64decode(target + "==").decode()
    except ValueError as error:
        raise ProviderError("the state is not one of this site") from error
