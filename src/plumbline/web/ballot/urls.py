"""Addresses of ballot: secret ballots that anybody can check."""

from django.urls import URLPattern

app_name = "ballot"
urlpatterns: list[URLPattern] = []
