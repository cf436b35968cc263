"""A look as a report uses it."""

import base64
import hashlib
from dataclasses import dataclass

from assess.looks.colours import mixed_with_white

ACCENT, SOFT, TINT = "#0f5c6e", "#a9cdd6", "#eef5f6"
_SOFT_SHARE, _TINT_SHARE = 0.36, 0.07  # of the accent, the rest is white; as the product's own three colours


@dataclass(frozen=True)
class Logo:
    """A picture that was checked and written anew."""

    content: bytes
    content_type: str

    @property
    def address(self) -> str:
        """The picture itself as an address, for a page that reads nothing from elsewhere."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.content).decode('ascii')}"


@dataclass(frozen=True)
class Look:
    """Logo and accent colour; empty is the product's own look. Colours of charts never follow it."""

    accent_set: str = ""
    logo: Logo | None = None

    @property
    def accent(self) -> str:
        """The colour of headings and rules."""
        return self.accent_set or ACCENT

    @property
    def soft(self) -> str:
        """The colour of lines beside a text."""
        return mixed_with_white(self.accent_set, _SOFT_SHARE) if self.accent_set else SOFT

    @property
    def tint(self) -> str:
        """The colour behind the headline."""
        return mixed_with_white(self.accent_set, _TINT_SHARE) if self.accent_set else TINT

    @property
    def sha256(self) -> str:
        """The hash of everything in it; empty for the product's own look."""
        if self == Look():
            return ""
        whole = hashlib.sha256(self.accent_set.encode())
        if self.logo is not None:
            whole.update(b"\0" + self.logo.content_type.encode() + b"\0" + self.logo.content)
        return whole.hexdigest()
