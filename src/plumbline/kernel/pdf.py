"""PDF from templates, with nothing fetched from anywhere: only our own static files and data that the page carries.

Templates of documents name pictures as ``static:mark/mark.svg`` or carry them as ``data:``; Chinese is set in the Noto CJK
fonts of the system. They are templates like all others, with a style sheet of their own inside ``<style>``.
"""

from importlib import resources
from typing import Any
from urllib.parse import unquote, urlsplit

from django.template.loader import render_to_string

_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".css": "text/css"}


class OutsideAddress(ValueError):
    """A template of a document names something that is not ours, or that is not there."""


def _own_file(url: str) -> tuple[bytes, str]:
    """Return content and type of ``static:mark/mark.svg``. Raises OutsideAddress for what is not among the static files."""
    path = unquote(urlsplit(url).path).lstrip("/")
    ending = f".{path.rpartition('.')[2]}"
    file = resources.files("plumbline.web") / "static" / path
    if ".." in path.split("/") or ending not in _TYPES or not file.is_file():
        raise OutsideAddress(f"{url} is no picture or style among the static files")
    return file.read_bytes(), _TYPES[ending]


def render(template_name: str, context: dict[str, Any]) -> bytes:
    """Return the PDF of a template. Raises OutsideAddress where it names anything but ``static:`` and ``data:``."""
    # Imported late: it loads Pango, which only documents need.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        """Gives out our static files and what the page carries; the fatal error stops the rendering."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if not url.startswith("static:"):
                raise FatalURLFetchingError(f"a document may use static: and data: only, not {url}")
            try:
                content, media_type = _own_file(url)
            except OutsideAddress as error:
                raise FatalURLFetchingError(str(error)) from error
            return URLFetcherResponse(url, body=content, headers={"Content-Type": media_type})

    page = HTML(string=render_to_string(template_name, context), url_fetcher=OwnFiles())
    try:
        return bytes(page.write_pdf())
    except FatalURLFetchingError as error:
        raise OutsideAddress(str(error)) from error
