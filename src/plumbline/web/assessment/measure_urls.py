"""Addresses of the measures: wide tables, and what a result says of indicators and units."""

from django.urls import path

from plumbline.web.assessment.views import measures

urlpatterns = [
    path("measures/", measures.measures, name="measures"),
    path("measures/template.xlsx", measures.template, name="measure-template"),
    path("measures/<int:table_id>/", measures.measure, name="measure"),
    path("measures/<int:table_id>.xlsx", measures.measure_sheet, name="measure-sheet"),
    path("measures/<int:table_id>/remove/", measures.remove, name="measure-remove"),
    path("rounds/<int:round_id>/indicators/", measures.indicators, name="indicators"),
    path("rounds/<int:round_id>/indicators.xlsx", measures.indicators_sheet, name="indicators-sheet"),
    path("rounds/<int:round_id>/units/<int:unit_id>/profile/", measures.profile, name="profile"),
    path("rounds/<int:round_id>/units/<int:unit_id>/profile.xlsx", measures.profile_sheet, name="profile-sheet"),
]
