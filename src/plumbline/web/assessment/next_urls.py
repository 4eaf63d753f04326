"""Addresses of what a round leaves for the next year."""

from django.urls import path

from plumbline.web.assessment.views import rectification, targets

urlpatterns = [
    path("rounds/<int:round_id>/rectification/", rectification.listed, name="rectification"),
    path("rounds/<int:round_id>/rectification.xlsx", rectification.sheet, name="rectification-sheet"),
    path("rounds/<int:round_id>/rectification/draw/", rectification.draw, name="rectification-draw"),
    path("rounds/<int:round_id>/rectification/many/", rectification.many, name="rectification-many"),
    path("rectification/<int:item_id>/", rectification.item, name="rectification-item"),
    path("rectification/<int:item_id>/plan/", rectification.plan, name="rectification-plan"),
    path("rectification/<int:item_id>/report/", rectification.report, name="rectification-report"),
    path("rectification/<int:item_id>/decide/", rectification.decide, name="rectification-decide"),
    path("rounds/<int:round_id>/targets/", targets.listed, name="targets"),
    path("rounds/<int:round_id>/targets.xlsx", targets.sheet, name="targets-sheet"),
    path("rounds/<int:round_id>/targets/suggest/", targets.suggest, name="targets-suggest"),
    path("rounds/<int:round_id>/targets/accept/", targets.accept, name="targets-accept"),
    path("rounds/<int:round_id>/targets/<int:unit_id>/", targets.unit, name="targets-unit"),
    path("targets/<int:target_id>/", targets.change, name="target"),
]
