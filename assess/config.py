"""Typed settings, read once from the environment; every variable is listed in docs/settings.md."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assess.errors import InputError
from assess.localisation import LANGUAGES
from assess.localisation import gettext as _
from assess.mail_config import MailSettings, load_mail_settings

MINIMUM_FLOOR = 4
MINIMUM_DEFAULT = 5
ROSTER_MINIMUM = 6
FULL_MINIMUM = 10
MOST_PROXIES = 5
SECOND_STEP = ("admins", "everybody", "nobody")
CHOOSABLE: Mapping[str, str] = {
    "organisation": "ASSESS_ORGANISATION",
    "contact": "ASSESS_CONTACT",
    "time_zone": "ASSESS_TIME_ZONE",
    "languages": "ASSESS_LANGUAGES",
    "minimum_group_size": "ASSESS_MINIMUM_GROUP_SIZE",
    "second_step": "ASSESS_SECOND_STEP",
}
"""What administrators may set where the operator has not: settings by the variable that fixes each."""


@dataclass(frozen=True)
class Settings:
    """One installation: where its data lie, what it is called, which thresholds hold."""

    data_dir: Path
    database_url: str
    key_dir: Path
    base_url: str = "http://127.0.0.1:8765"
    also_hosts: tuple[str, ...] = ()
    proxies: int = 0
    """How many servers stand before the site and name the address they were asked from; never more than there are."""
    queue_url: str = field(default="", repr=False)
    """Where workers are woken up; empty is a SQLite file of its own in the data folder."""
    reports_dir: Path | None = None
    """Where drawn reports are kept; None is a folder in the data folder. Several hosts may share it."""
    organisation: str = "Assess"
    contact: str = ""
    time_zone: str = "UTC"
    languages: tuple[str, ...] = LANGUAGES
    """Which languages pages are offered in; the first is for whoever asks for none of them."""
    minimum_group_size: int = MINIMUM_DEFAULT
    secret_key: str = field(default="", repr=False)
    oidc_issuer: str = ""
    """The organisation's OpenID Connect provider; empty is none."""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    second_step: str = SECOND_STEP[0]
    """Who has to sign in with more than a password; everybody may."""
    mail: MailSettings | None = None
    """The mail server; without one no message is queued or sent."""
    fixed: frozenset[str] = frozenset()
    """Which of the settings of `CHOOSABLE` the operator has set; nobody else changes those."""
    testing: bool = False

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over an encrypted connection."""
        return self.base_url.startswith("https:")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which HR thinks; stored instants are UTC."""
        return ZoneInfo(self.time_zone)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read `ASSESS_*` variables; without any, one SQLite file under `./var` is used."""
    env = os.environ if environment is None else environment
    provider = _provider(env)
    data_dir = Path(env.get("ASSESS_DATA_DIR", "var")).absolute()
    return Settings(
        data_dir=data_dir,
        database_url=env.get("ASSESS_DATABASE_URL", f"sqlite:///{data_dir / 'assess.sqlite'}"),
        key_dir=Path(env.get("ASSESS_KEY_DIR", str(data_dir.parent / f"{data_dir.name}-keys"))).absolute(),
        base_url=env.get("ASSESS_BASE_URL", Settings.base_url).rstrip("/"),
        also_hosts=tuple(host.strip() for host in env.get("ASSESS_ALSO_HOSTS", "").split(",") if host.strip()),
        proxies=_proxies(env.get("ASSESS_PROXIES", "0")),
        queue_url=env.get("ASSESS_QUEUE_URL", ""),
        reports_dir=Path(env["ASSESS_REPORTS_DIR"]).absolute() if env.get("ASSESS_REPORTS_DIR") else None,
        organisation=env.get("ASSESS_ORGANISATION") or Settings.organisation,
        contact=env.get("ASSESS_CONTACT", ""),
        time_zone=_zone_name(env.get("ASSESS_TIME_ZONE", "UTC")),
        languages=_languages(env.get("ASSESS_LANGUAGES") or ",".join(LANGUAGES)),
        minimum_group_size=_minimum(env.get("ASSESS_MINIMUM_GROUP_SIZE", str(MINIMUM_DEFAULT))),
        secret_key=env.get("ASSESS_SECRET_KEY", ""),
        oidc_issuer=provider[0],
        oidc_client_id=provider[1],
        oidc_client_secret=provider[2],
        oidc_name=provider[3],
        second_step=_second_step(env.get("ASSESS_SECOND_STEP", SECOND_STEP[0])),
        mail=load_mail_settings(env),
        fixed=frozenset(name for name, variable in CHOOSABLE.items() if env.get(variable)),
    )


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            _(
                "ASSESS_TIME_ZONE: “%(name)s” is no time zone. Use a name such as Europe/Berlin or Asia/Shanghai.",
                name=name,
            )
        ) from error
    return name


def _languages(text: str) -> tuple[str, ...]:
    languages = tuple(language.strip() for language in text.split(","))
    if not set(languages) <= set(LANGUAGES) or len(set(languages)) != len(languages):
        raise InputError(
            _(
                "ASSESS_LANGUAGES: “%(text)s” is not allowed. Use one or more of: %(allowed)s.",
                text=text,
                allowed=", ".join(LANGUAGES),
            )
        )
    return languages


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PROXIES:
        raise InputError(
            _(
                "ASSESS_PROXIES: “%(text)s” is not allowed. Say how many servers stand before the site, "
                "at most %(most)s.",
                text=text,
                most=MOST_PROXIES,
            )
        )
    return int(text)


def _minimum(text: str) -> int:
    if not text.isdecimal() or int(text) < MINIMUM_FLOOR:
        raise InputError(
            _(
                "ASSESS_MINIMUM_GROUP_SIZE: “%(text)s” is not allowed. Use a whole number of at least %(floor)s.",
                text=text,
                floor=MINIMUM_FLOOR,
            )
        )
    return int(text)


def _provider(env: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Read issuer, id, secret and name of the provider: the first three, or none."""
    names = ("ASSESS_OIDC_ISSUER", "ASSESS_OIDC_CLIENT_ID", "ASSESS_OIDC_CLIENT_SECRET")
    issuer, client_id, secret = (env.get(name, "").strip() for name in names)
    if not (issuer or client_id or secret):
        return "", "", "", ""
    parts = urlsplit(issuer)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (client_id and secret and parts.hostname and (parts.scheme == "https" or is_here)):
        raise InputError(
            _("%(names)s go together, and the issuer is an address that begins with https.", names=", ".join(names))
        )
    return issuer, client_id, secret, env.get("ASSESS_OIDC_NAME", "").strip() or parts.hostname


def _second_step(text: str) -> str:
    if text not in SECOND_STEP:
        raise InputError(
            _(
                "ASSESS_SECOND_STEP: “%(text)s” is not allowed. Use one of: %(allowed)s.",
                text=text,
                allowed=", ".join(SECOND_STEP),
            )
        )
    return text
