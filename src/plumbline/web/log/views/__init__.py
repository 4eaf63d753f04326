"""Views of the transparency log, one noun a file."""

from django.http import HttpRequest
from django.urls import reverse
from segno import make


def whole_address(request: HttpRequest, name: str, *arguments: object) -> str:
    """Return an address with scheme and host, as it is printed."""
    return request.build_absolute_uri(reverse(f"log:{name}", args=arguments))


def qr(link: str) -> str:
    """Return the picture of a QR code as the address of an image."""
    return make(link, error="m").svg_data_uri(border=2, scale=4)
