"""Addresses of required rhythms, what is owed by a date, lights and supervision slips."""

from django.urls import URLPattern

app_name = "obligation"
urlpatterns: list[URLPattern] = []
