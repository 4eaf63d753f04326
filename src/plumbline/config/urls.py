"""The addresses: each wing of pages brings its own list."""

from importlib import import_module
from pkgutil import iter_modules

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from plumbline import web


def _wings() -> list[URLPattern | URLResolver]:
    """Include ``plumbline.web.<area>.urls`` of every area that has one; each names its own prefixes."""
    return [
        path("", include(import_module(f"plumbline.web.{area.name}.urls")))
        for area in iter_modules(web.__path__)
        if area.ispkg and any(room.name == "urls" for room in iter_modules([f"{web.__path__[0]}/{area.name}"]))
    ]


urlpatterns = [path("admin/", admin.site.urls), *_wings()]
