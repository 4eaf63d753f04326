"""Addresses of the inspection: teams and coverage of a round, findings, conflicts, and the page on the phone."""

from django.urls import path

from plumbline.web.assessment.views import findings, inspection, phone

urlpatterns = [
    path("rounds/<int:round_id>/inspection/", inspection.coverage, name="inspection"),
    path("rounds/<int:round_id>/inspection/plan/", inspection.plan, name="inspection-plan"),
    path("rounds/<int:round_id>/inspection/distribute/", inspection.distribute, name="inspection-distribute"),
    path("rounds/<int:round_id>/inspection/assign/", inspection.assign, name="inspection-assign"),
    path("rounds/<int:round_id>/inspection/sheet.pdf", inspection.sheet, name="inspection-sheet"),
    path("rounds/<int:round_id>/inspection/teams/new/", inspection.new_team, name="team-new"),
    path("rounds/<int:round_id>/inspection/teams/<int:team_id>/", inspection.team, name="team"),
    path("rounds/<int:round_id>/inspection/teams/<int:team_id>/remove/", inspection.remove_team, name="team-remove"),
    path("conflicts/", inspection.conflicts, name="conflicts"),
    path("conflicts/<int:declaration_id>/end/", inspection.end_conflict, name="conflict-end"),
    path("findings/", findings.findings, name="findings"),
    path("findings/new/", findings.new, name="finding-new"),
    path("findings/<int:finding_id>/", findings.finding, name="finding"),
    path("findings/<int:finding_id>/correct/", findings.correct, name="finding-correct"),
    path("findings/<int:finding_id>/withdraw/", findings.withdraw, name="finding-withdraw"),
    path("findings/<int:finding_id>/answer/", findings.answer, name="finding-answer"),
    path("findings/<int:finding_id>/drop/", findings.drop, name="finding-drop"),
    path("inspect/", phone.shell, name="inspect"),
    path("inspect/worker.js", phone.worker, name="inspect-worker"),
    path("inspect/list/", phone.visits, name="inspect-list"),
    path("inspect/send/", phone.send, name="inspect-send"),
]
