"""The headers of every answer: what a browser may do with the page, and that nothing keeps a copy of it.

They are added around the whole application, to answers of every kind, and cost less there than one by one inside it.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Exactly the policy of the security page: no inline script or style, nothing from elsewhere, and no string may
# become markup through script (Trusted Types).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
FIXED = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
HTTPS = ("Strict-Transport-Security", "max-age=31536000")
UNLESS_SAID = ("Cache-Control", "no-store")
"""Only files whose name is the hash of their content say otherwise."""


def with_headers(application: "WSGIApplication", *, https: bool) -> "WSGIApplication":
    """Add the headers to every answer of an application."""
    fixed = [*FIXED, HTTPS] if https else FIXED

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: "OptExcInfo | None" = None, /
        ) -> Callable[[bytes], object]:
            said = any(name == UNLESS_SAID[0] for name, _value in headers)
            return start_response(status, [*headers, *fixed] if said else [*headers, *fixed, UNLESS_SAID], exc_info)

        return application(environ, start)

    return answer
