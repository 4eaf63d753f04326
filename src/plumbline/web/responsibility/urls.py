"""Addresses of letters of responsibility, duties and contact points."""

from django.urls import URLPattern

app_name = "responsibility"
urlpatterns: list[URLPattern] = []
