"""The name under which a browser keeps a file, whatever script it is written in."""

from typing import Literal
from unicodedata import normalize
from urllib.parse import quote

from werkzeug.datastructures import Headers


def name_file(headers: Headers, name: str, how: Literal["inline", "attachment"]) -> None:
    """Set Content-Disposition: headers are Latin-1, so the whole name travels encoded (RFC 6266, 5987).

    Beside it stands what is left of the name in ASCII, for programs that do not know better.
    """
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    whole = {} if plain == name else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    headers.set("Content-Disposition", how, filename=plain, **whole)
