"""What is wrong with a code that leads nowhere, said from its letters alone: no look-up, so nothing is given away."""

from assess.localisation import gettext as _
from assess.surveys.envelopes.links import ALPHABET, plain_letters, read_code

CODE_CHARACTERS, PAPER_CHARACTERS = 26, 16


def explain_code(typed: str) -> str:
    """Say in one sentence why no survey has this code, and what to look at."""
    letters = plain_letters(typed)
    if "U" in letters and all(letter in ALPHABET or letter == "U" for letter in letters):
        return _("There is a U in this code. Codes have no U: it is most likely a V.")
    if any(letter not in ALPHABET for letter in letters):
        return _("This code has characters that no code has. A code consists of digits and letters only.")
    if len(letters) not in {CODE_CHARACTERS, PAPER_CHARACTERS}:
        return _explain_length(len(letters))
    if read_code(letters) is None:
        return _("The last character of this code cannot be right: look at it again.")
    return _(
        "The code is complete, but no survey has it. Easily confused: 8 and B, 5 and S, 2 and Z, 6 and G, V and Y. "
        "Or it is from an earlier quarter."
    )


def _explain_length(have: int) -> str:
    """Codes on paper are shorter; a link that lost its end is taken for a longer one."""
    counts = {"have": have, "want": CODE_CHARACTERS, "paper": PAPER_CHARACTERS}
    if have > CODE_CHARACTERS:
        return _(
            "This code has %(have)s characters, which is too many: a code has %(want)s, on a printed sheet %(paper)s.",
            **counts,
        )
    return _(
        "This code has %(have)s characters, so a part is missing: a code has %(want)s, on a printed sheet %(paper)s.",
        **counts,
    )
