"""What is known of an OpenID Connect provider: its addresses and keys, fetched from itself and kept for an hour.

Only the address in the settings is ever asked, and what it names over the same kind of connection; redirections are
not followed, and long answers are not read.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from joserfc.jwk import KeySet

from assess.accounts.errors import ProviderError
from assess.config import Settings

KEPT_SECONDS = 3600
AGAIN_SECONDS = 30
"""For a key nobody knows yet the keys are fetched again, but not more often than this."""
LONGEST_ANSWER = 256 * 1024
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Client:
    """How the provider knows this site."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    redirect_uri: str

    @classmethod
    def of(cls, settings: Settings) -> "Client | None":
        """Read it from the settings; None where no provider is set."""
        if not settings.oidc_issuer:
            return None
        return cls(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret,
            settings.oidc_name,
            f"{settings.base_url}/app/sign-in/provider/back",
        )


class Provider:
    """One provider, for all requests of a process."""

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._clock = clock
        self._lock = Lock()
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=5), retries=False, maxsize=4)
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself; ProviderError where it does not answer or speaks for another."""
        with self._lock:
            if self._metadata is None or self._clock() - self._metadata[0] >= KEPT_SECONDS:
                self._metadata = (self._clock(), self._discover())
            return self._metadata[1]

    def keys(self, *, again: bool = False) -> KeySet:
        """Return the keys tokens are signed with; `again` asks for them anew, unless that was done a moment ago."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            age = KEPT_SECONDS if self._keys is None else self._clock() - self._keys[0]
            if self._keys is None or age >= (AGAIN_SECONDS if again else KEPT_SECONDS):
                try:
                    self._keys = (self._clock(), KeySet.import_key_set(self._ask("GET", address)))  # type: ignore[arg-type]
                except ProviderError:
                    raise
                except Exception as error:  # whatever the library meets in the answer
                    raise ProviderError("keys cannot be read") from error
            return self._keys[1]

    def authorisation_address(self, fields: Mapping[str, str]) -> str:
        """Write where the browser is sent to."""
        address: str = self.metadata()["authorization_endpoint"]
        return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"

    def logout_address(self, back: str) -> str | None:
        """Write where somebody signs out of the provider too; None where it has no such page."""
        address = self.metadata().get("end_session_endpoint")
        if not isinstance(address, str) or not self._is_safe(address):
            return None
        return f"{address}?{urlencode({'client_id': self.client.client_id, 'post_logout_redirect_uri': back})}"

    def redeem(self, code: str, verifier: str) -> tuple[str, str]:
        """Exchange a code for an ID token and an access token; the second is empty where there is none."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        headers = urllib3.make_headers(basic_auth=f"{_form(self.client.client_id)}:{_form(self.client.client_secret)}")
        answer = self._ask("POST", self.metadata()["token_endpoint"], fields=fields, headers=headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("the answer holds no ID token")
        access_token = answer.get("access_token")
        return token, access_token if isinstance(access_token, str) else ""

    def user_info(self, access_token: str) -> dict[str, Any]:
        """Ask what the provider says of whom the token belongs to; nothing where it has no such address."""
        address = self.metadata().get("userinfo_endpoint")
        if not isinstance(address, str) or not self._is_safe(address):
            return {}
        return self._ask("GET", address, headers={"Authorization": f"Bearer {access_token}"})

    def _discover(self) -> dict[str, Any]:
        issuer = self.client.issuer
        found = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderError("it calls itself by another name")
        for name in _ENDPOINTS:
            if not isinstance(found.get(name), str) or not self._is_safe(found[name]):
                raise ProviderError(f"its {name} cannot be used")
        return found

    def _is_safe(self, address: str) -> bool:
        """Whether an address is encrypted; on this machine itself it need not be, where the issuer is not either."""
        parts, issuer = urlsplit(address), urlsplit(self.client.issuer)
        if parts.scheme == "https":
            return bool(parts.hostname)
        return parts.scheme == "http" == issuer.scheme and parts.hostname in _LOOPBACK

    def _ask(
        self,
        method: str,
        address: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        sent = {"Accept": "application/json", **(headers or {})}
        body = None
        if fields is not None:
            body, sent["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
        try:
            answer = self._http.request(method, address, body=body, headers=sent, redirect=False, preload_content=False)
            text = answer.read(LONGEST_ANSWER + 1)
            answer.release_conn()
            read = json.loads(text) if answer.status == 200 and len(text) <= LONGEST_ANSWER else None
        except (urllib3.exceptions.HTTPError, ValueError, RecursionError) as error:
            raise ProviderError(f"no usable answer: {type(error).__name__}") from error
        if not isinstance(read, dict):
            raise ProviderError(f"no usable answer: status {answer.status}")
        return read


def _form(text: str) -> str:
    """Write an id or secret as RFC 6749, section 2.3.1, wants it before the two are joined by a colon."""
    return urlencode({"": text})[1:]
