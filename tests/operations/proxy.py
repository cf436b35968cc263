"""nginx before a real site, with the example of docs/operations.md; without nginx the test is skipped aloud."""

import datetime as dt
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.operations.site import ROOT

HOST = "health.example.com"
_PLACES = ("/usr/sbin/nginx", str(ROOT / ".venv" / "nginx" / "usr" / "sbin" / "nginx"))
# As Debian's nginx.conf does: everything is logged, unless a site says otherwise.
_AS_DEBIAN = """
worker_processes 2;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log warn;
events {{}}
http {{
    access_log {root}/access.log;
    gzip on;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi;
    scgi_temp_path {root}/scgi;
    include {root}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where nginx listens and writes."""

    root: Path
    http: int
    https: int


def nginx_program() -> str:
    """Find nginx, or skip."""
    for place in (shutil.which("nginx"), *_PLACES):
        if (
            place
            and Path(place).exists()
            and subprocess.run([place, "-v"], check=False, capture_output=True).returncode == 0
        ):
            return place
    pytest.skip("no nginx on this machine: apt-get install nginx, or let script/test fetch it")


def example() -> str:
    """Read the server blocks from the operator's guide, so that what is tested is what is recommended."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```nginx\n(.*?)```", text, flags=re.DOTALL)
    return str(block)


def talkative(site: str) -> str:
    """The weakened variant: the same site without the lines that keep nginx silent."""
    return re.sub(r"^\s*(access_log|error_log) .*\n", "", site, flags=re.MULTILINE)


@contextmanager
def behind_nginx(root: Path, site: str, *, upstream: int, http: int, https: int) -> Iterator[Proxy]:
    """Run nginx with a site from the guide; ports, certificate and the place of its files are those of the test."""
    root.mkdir()
    _certificate(root)
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{https} ssl;"),
        ("/etc/ssl/certs/health.example.com.pem", f"{root}/site.pem"),
        ("/etc/ssl/private/health.example.com.key", f"{root}/site.key"),
        ("http://127.0.0.1:8765", f"http://127.0.0.1:{upstream}"),
    ):
        assert before in site
        site = site.replace(before, after)
    (root / "site.conf").write_text(site, encoding="utf-8")
    (root / "nginx.conf").write_text(_AS_DEBIAN.format(root=root), encoding="utf-8")
    command = [nginx_program(), "-p", str(root), "-c", str(root / "nginx.conf"), "-e", str(root / "error.log")]
    with (root / "output").open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream)
    try:
        _wait_for(https, process)
        yield Proxy(root, http, https)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _attempt in range(300):
        assert process.poll() is None, "nginx ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx does not listen")


def _certificate(root: Path) -> None:
    """Make a certificate of nobody for a week."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (root / "site.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (root / "site.key").write_bytes(private)
