"""PDF from templates, with nothing fetched from anywhere: only our own static files and data that the page carries."""

from importlib import resources
from typing import Any
from urllib.parse import unquote, urlsplit

from django.template.loader import render_to_string


def _own_file(url: str) -> bytes:
    """Return the bytes of ``static:logo.svg``. Raises ValueError for a path that leads out of the static tree."""
    path = unquote(urlsplit(url).path).lstrip("/")
    if ".." in path.split("/"):
        raise ValueError(f"{url} leads out of the static files")
    return (resources.files("plumbline.web") / "static" / path).read_bytes()


def render(template_name: str, context: dict[str, Any]) -> bytes:
    """Return the PDF of a template; anything it names outside ``static:`` and ``data:`` stops the rendering.

    Raises weasyprint's FatalURLFetchingError where the template names an outside address.
    """
    # Imported late: it loads Pango, which only documents need.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Gives out our static files and data addresses."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("static:"):
                return URLFetcherResponse(url, body=_own_file(url))
            if url.startswith("data:"):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"a document may use static: and data: only, not {url}")

    return bytes(HTML(string=render_to_string(template_name, context), url_fetcher=OwnFiles()).write_pdf())
