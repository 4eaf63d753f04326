"""Addresses of standard procedures and their running cases."""

from django.urls import URLPattern

app_name = "procedure"
urlpatterns: list[URLPattern] = []
