"""An OpenID Connect provider of the tests that tells the truth unless told otherwise; it signs by itself."""

import hashlib
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT_ID, CLIENT_SECRET = "assess", "a secret: with % signs"


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@dataclass
class FalseProvider:
    """Answers as `claims`, `header` and `lies` say; whatever it was asked stands in `asked`."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    kid: str = "one"
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    def arrive(self, address: str) -> dict[str, str]:
        """Take a browser in: remember what it brought, return what it goes back with."""
        self.left = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"code": "a code", "state": self.left["state"], "iss": self.issuer}

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "subject-1",
            "exp": now + 300,
            "iat": now,
            "nonce": self.left.get("nonce"),
            "email": "hanna@shop.example",
            "email_verified": True,
        } | self.claims
        said = {name: value for name, value in claims.items() if value != "nothing"}
        header = {"alg": "RS256", "kid": self.kid} | self.header
        signed = f"{text(json.dumps(header).encode())}.{text(json.dumps(said).encode())}"
        return f"{signed}.{text(self._signature(header['alg'], signed.encode()))}"

    def _signature(self, algorithm: str, signed: bytes) -> bytes:
        if algorithm == "none":
            return b""
        if algorithm == "HS256":  # signed with what everybody knows of the key
            shared = hmac.HMAC(json.dumps(self.keys()).encode(), hashes.SHA256())
            shared.update(signed)
            return shared.finalize()
        return self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    def keys(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "kid": self.kid, "n": number(public.n), "e": number(public.e), "use": "sig"}]}

    def answer(self, path: str, sent: dict[str, str], headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, sent))
        if path in self.lies:
            status, more, body = self.lies[path]
            return status, more, body
        if path == "/token":
            said = b64decode(headers["Authorization"].split()[1]).decode()
            assert said == "assess:a+secret%3A+with+%25+signs"
            digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
            if text(digest) != self.left["code_challenge"]:
                return 400, {}, b'{"error": "invalid_grant"}'
        return 200, {}, json.dumps(self._page(path)).encode()

    def _page(self, path: str) -> dict[str, Any]:
        pages: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/who",
                "end_session_endpoint": f"{self.issuer}/out",
            }
            | self.lies.get("metadata", {}),
            "/token": {"id_token": self.id_token(), "access_token": "abc", "token_type": "Bearer"},
            "/keys": self.keys(),
            "/who": {"sub": "subject-1", "email": "hanna@shop.example", "email_verified": True}
            | self.lies.get("who", {}),
        }
        return pages[path]


@contextmanager
def listening(provider: FalseProvider) -> Iterator[FalseProvider]:
    """Serve it on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, headers, body = provider.answer(
                urlsplit(self.path).path, sent, {k.title(): v for k, v in self.headers.items()}
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - names of the library

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as above
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
