"""Addresses of meetings, talks, terms and the minutes book."""

from django.urls import URLPattern

app_name = "meeting"
urlpatterns: list[URLPattern] = []
