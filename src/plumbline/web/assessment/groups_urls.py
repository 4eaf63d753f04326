"""Addresses of the groups of evaluators."""

from django.urls import path

from plumbline.web.assessment.views import groups

urlpatterns = [
    path("rounds/<int:round_id>/groups/", groups.groups, name="groups"),
    path("rounds/<int:round_id>/groups/set/", groups.settings, name="groups-set"),
    path("rounds/<int:round_id>/groups/votes/", groups.votes, name="groups-votes"),
    path("rounds/<int:round_id>/groups/votes.xlsx", groups.template, name="groups-template"),
    path("rounds/<int:round_id>/groups.xlsx", groups.sheet, name="groups-sheet"),
]
