"""The headers of every answer: what a browser may do with the page, and that nothing keeps a copy of it."""

from flask import Response

# Exactly the policy of the security page: no inline script or style, nothing from elsewhere, and no string may
# become markup through script (Trusted Types).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def add_headers(response: Response, *, https: bool) -> Response:
    """Add what is missing; only hashed files bring a Cache-Control of their own."""
    for name, value in _FIXED.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    if https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
