"""Addresses of required rhythms, what is owed by a date, lights and supervision slips."""

from django.urls import URLPattern, path

from plumbline.web.obligation import rhythm_urls
from plumbline.web.obligation.views import light_rules, lights, slip_items, slips

app_name = "obligation"
urlpatterns: list[URLPattern] = [
    path("lights/", lights.board, name="board"),
    path("lights/list/", lights.listed, name="listed"),
    path("lights/rules/", light_rules.rules, name="light-rules"),
    path("lights/rules/new/", light_rules.new, name="light-rule-new"),
    path("lights/rules/<int:version_id>/drop/", light_rules.drop, name="light-rule-drop"),
    path("lights/trend/", lights.trend, name="trend"),
    path("lights/lights.xlsx", lights.workbook, name="board_workbook"),
    *rhythm_urls.urlpatterns,
    path("supervision/", slips.listed, name="slips"),
    path("supervision/slips.xlsx", slips.workbook, name="slips-workbook"),
    path("supervision/new/", slips.new, name="slip-new"),
    path("supervision/<int:slip_id>/", slips.one, name="slip"),
    path("supervision/<int:slip_id>/items/", slip_items.add, name="slip-item-add"),
    path("supervision/items/<int:fault_id>/", slip_items.item, name="slip-item"),
    path("supervision/<int:slip_id>/act/", slips.act, name="slip-act"),
    path("supervision/<int:slip_id>/paper.pdf", slips.paper, name="slip-paper"),
]
