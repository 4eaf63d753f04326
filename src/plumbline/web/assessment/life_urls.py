"""Addresses of the life of a round before it is frozen."""

from django.urls import path

from plumbline.web.assessment.views import life, provisional

urlpatterns = [
    path("rounds/<int:round_id>/provisional/", provisional.provisional, name="provisional"),
    path("rounds/<int:round_id>/calendar/", life.calendar, name="round-calendar"),
    path("rounds/<int:round_id>/open/", life.open_round, name="round-open"),
    path("rounds/<int:round_id>/reports/", life.reports, name="reports"),
    path("rounds/<int:round_id>/reports/<int:unit_id>/", life.report, name="report"),
    path("rounds/<int:round_id>/reports/<int:unit_id>/submit/", life.submit, name="report-submit"),
    path("rounds/<int:round_id>/reports/<int:unit_id>/back/<slug:act>/", life.back, name="report-back"),
    path("rounds/<int:round_id>/reports/<int:unit_id>/nodes/<str:node>/", life.score, name="report-score"),
    path("rounds/<int:round_id>/reports/<int:unit_id>/nodes/<str:node>/save/", life.save_entry, name="report-entry"),
    path(
        "rounds/<int:round_id>/reports/<int:unit_id>/nodes/<str:node>/judge/<slug:stage>/",
        life.judge,
        name="report-judge",
    ),
]
