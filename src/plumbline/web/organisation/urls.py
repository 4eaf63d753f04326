"""Addresses of units, members, posts, roles and rules; rosters and slips bring their own."""

from django.urls import path

from plumbline.web.organisation import roster_urls
from plumbline.web.organisation.views import members, posts, roles, rules, units

app_name = "organisation"

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/chart/", units.chart, name="chart"),
    path("units/warnings/", units.warnings, name="warnings"),
    path("units/new/", units.found, {"category": "organisation"}, name="found_organisation"),
    path("units/new-department/", units.found, {"category": "department"}, name="found_department"),
    path("units/<int:unit_id>/", units.unit, name="unit"),
    path("units/<int:unit_id>/change/", units.change, name="change_unit"),
    path("units/<int:unit_id>/move/", units.move, name="move_unit"),
    path("units/<int:unit_id>/close/", units.close, name="close_unit"),
    path("units/<int:unit_id>/merge/", units.merge, name="merge"),
    path("units/<int:unit_id>/split/", units.split, name="split"),
    path("units/<int:unit_id>/electorate/", units.electorate, name="electorate"),
    path("units/<int:unit_id>/roles/", roles.roles, name="roles"),
    path("units/<int:unit_id>/roles/grant/", roles.grant, name="grant_role"),
    path("roles/<int:grant_id>/revoke/", roles.revoke, name="revoke_role"),
    path("units/<int:unit_id>/posts/new/", posts.create, name="create_post"),
    path("posts/<int:post_id>/change/", posts.change, name="change_post"),
    path("posts/<int:post_id>/remove/", posts.remove, name="remove_post"),
    path("posts/<int:post_id>/duties/", posts.duties, name="duties"),
    path("posts/<int:post_id>/appoint/", posts.appoint, name="appoint"),
    path("terms/<int:appointment_id>/end/", posts.end, name="end_appointment"),
    path("members/", members.members, name="members"),
    path("members/new/", members.enrol, name="enrol"),
    path("members/<int:member_id>/", members.member, name="member"),
    path("members/<int:member_id>/change/", members.change, name="change_member"),
    path("members/<int:member_id>/status/", members.status, name="change_status"),
    path("members/<int:member_id>/transfer/", members.transfer, name="transfer"),
    path("members/<int:member_id>/exclude/", members.exclude, name="exclude"),
    path("members/<int:member_id>/export/", members.export, name="export_member"),
    path("members/<int:member_id>/erase/", members.erase, name="erase_member"),
    path("exclusions/<int:exclusion_id>/end/", members.end_exclusion, name="end_exclusion"),
    path("rules/", rules.rules, name="rules"),
    path("rules/new/", rules.add_rule, name="add_rule"),
    path("rules/reasons/new/", rules.reason, name="new_reason"),
    path("rules/reasons/<slug:code>/", rules.reason, name="change_reason"),
    *roster_urls.urlpatterns,
]
