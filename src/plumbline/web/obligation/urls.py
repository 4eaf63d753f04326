"""Addresses of required rhythms, what is owed by a date, lights and supervision slips."""

from django.urls import URLPattern, path

from plumbline.web.obligation import rhythm_urls
from plumbline.web.obligation.views import lights

app_name = "obligation"
urlpatterns: list[URLPattern] = [
    path("lights/", lights.board, name="board"),
    path("lights/list/", lights.listed, name="listed"),
    path("lights/trend/", lights.trend, name="trend"),
    path("lights/lights.xlsx", lights.workbook, name="board_workbook"),
    *rhythm_urls.urlpatterns,
]
