"""How what arrives is read, before any page sees it: uploads in memory, typed text without zero bytes."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict


class Arrived(ImmutableMultiDict[str, Any]):
    r"""Fields of a form or of an address, without zero bytes: they belong to no text, and PostgreSQL takes none.

    >>> Arrived([("email", "ada\0@shop.example")])["email"]
    'ada@shop.example'
    """

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(name, _without_zero_bytes(value)) for name, value in pairs])


class ReadRequest(Request):
    """A request whose uploads stay in memory: answers that were opened must not lie in a temporary file."""

    parameter_storage_class = Arrived

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - signature of Werkzeug
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def _without_zero_bytes(value: object) -> object:
    return value.replace("\0", "") if isinstance(value, str) else value
