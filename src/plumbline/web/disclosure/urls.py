"""Addresses of disclosure: what organisations publish, to whom, and how it is asked for."""

from django.urls import URLPattern

app_name = "disclosure"
urlpatterns: list[URLPattern] = []
