"""Addresses of letters of responsibility, duties and contact points."""

from django.urls import URLPattern

from plumbline.web.responsibility import duty_urls

app_name = "responsibility"
urlpatterns: list[URLPattern] = [
    *duty_urls.urlpatterns,
]
