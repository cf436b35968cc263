"""Where protection is asked for, nothing goes without it: not to a server that has none, nor to a stranger's."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from assess.mail_config import MailSettings
from assess.messages.smtp import Connection, Outcome, ServerUnavailableError
from tests.messages.cast import mail_to
from tests.messages.scripted_server import Script, ScriptedServer, usual

CONTENT = b"Subject: x\r\n\r\nx\r\n"
SITE = "https://health.lantern.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def plain() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def offering(extension: str) -> Script:
    return lambda step, who: f"250-mail\r\n250 {extension}" if step == "EHLO" else usual(step, who)


def handed_over(mail: MailSettings) -> Outcome:
    with Connection(mail, SITE) as server:
        return server.hand_over("ada@lantern.example", CONTENT).outcome


def test_a_server_without_starttls_gets_nothing(plain: ScriptedServer) -> None:
    with pytest.raises(ServerUnavailableError, match="offers no STARTTLS"):
        handed_over(replace(mail_to(plain.port), security="starttls"))
    assert plain.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_refused(context: ssl.SSLContext, security: str) -> None:
    with ScriptedServer(offering("STARTTLS"), tls=context, at_once=security == "tls") as server:
        with pytest.raises(ServerUnavailableError, match="certificate"):
            handed_over(replace(mail_to(server.port), security=security))
        assert server.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_the_machine_trusts_is_taken(
    context: ssl.SSLContext, certificate: Path, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with ScriptedServer(offering("STARTTLS"), tls=context, at_once=security == "tls") as server:
        assert handed_over(replace(mail_to(server.port), security=security)) == Outcome.TAKEN
        assert server.recipients() == ["ada@lantern.example"]


def test_a_wrong_password_ends_the_run_and_names_no_password() -> None:
    def refusing(step: str, who: str) -> str | None:
        if step == "AUTH":
            return "535 5.7.8 no"
        return offering("AUTH PLAIN")(step, who)

    with ScriptedServer(refusing) as server:
        mail = replace(mail_to(server.port), user="team-health", password="correct horse")
        with pytest.raises(ServerUnavailableError, match=r"535 5\.7\.8") as refused:
            handed_over(mail)
        assert "horse" not in str(refused.value)
        assert server.taken == []
