"""What a report may read while it is drawn: inline data, and nothing else.

WeasyPrint's own fetcher would open http, follow redirects into the internal network and attach local files.
"""

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class InlineDataOnly(URLFetcher):  # type: ignore[misc] # WeasyPrint has no type hints
    """A report is self-contained; asking for anything else stops the drawing (an ordinary error is only logged)."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return inline data; refuse every other address."""
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"A report may not fetch {url}")
        return super().fetch(url, headers)
