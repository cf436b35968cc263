"""The one script of an anonymous cycle's member pages, as bytes: frozen when the cycle opens."""

from importlib import resources

SCRIPTS = ("member/draft.js", "member/review.js", "member/steps.js", "member/main.js")


def current_sealing_script() -> bytes:
    """Return what a cycle that opens now keeps and serves until it closes."""
    static = resources.files("assess") / "static"
    return b"".join((static / name).read_bytes() for name in SCRIPTS)
