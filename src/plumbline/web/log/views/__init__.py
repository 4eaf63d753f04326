"""Views of the transparency log, one noun a file."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from segno import make


def whole_address(request: HttpRequest, name: str, *arguments: object) -> str:
    """Return an address with scheme and host, as it is printed: the public one where ``PLUMBLINE_ORIGINS`` names it."""
    path = reverse(f"log:{name}", args=arguments)
    public = [origin.rstrip("/") for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    return f"{public[0]}{path}" if public else request.build_absolute_uri(path)


def qr(link: str) -> str:
    """Return the picture of a QR code as the address of an image."""
    return make(link, error="m").svg_data_uri(border=2, scale=4)
