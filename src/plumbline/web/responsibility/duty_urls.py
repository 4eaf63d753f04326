"""Addresses of duties: the list, a new one, and the page of one."""

from django.urls import URLPattern, path

from plumbline.web.responsibility.views import duties

urlpatterns: list[URLPattern] = [
    path("duties/", duties.listed, name="duties"),
    path("duties/new/", duties.new, name="duty-new"),
    path("duties/<int:duty_id>/", duties.one, name="duty"),
]
