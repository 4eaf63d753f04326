"""Addresses of voice: opinions, consultations and their answers."""

from django.urls import URLPattern

app_name = "voice"
urlpatterns: list[URLPattern] = []
