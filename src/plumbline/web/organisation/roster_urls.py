"""Addresses of rosters and slips; ``urls.py`` of this wing takes them in."""

from django.urls import path

from plumbline.web.organisation import roster_views

urlpatterns = [
    path("roster/", roster_views.roster, name="roster"),
    path("roster/template-<str:language>.xlsx", roster_views.template, name="roster_template"),
    path("roster/export.xlsx", roster_views.export, name="roster_export"),
    path("roster/<int:upload_id>/", roster_views.preview, name="roster_preview"),
    path("roster/<int:upload_id>/apply/", roster_views.apply, name="roster_apply"),
    path("roster/<int:upload_id>/discard/", roster_views.discard, name="roster_discard"),
    path("units/<int:unit_id>/slips/", roster_views.unit_slips, name="unit_slips"),
    path("members/<int:member_id>/slip/", roster_views.member_slip, name="member_slip"),
    path("accounts/<int:user_id>/slip/", roster_views.account_slip, name="account_slip"),
    path("activate/", roster_views.activate, name="activate"),
    path("activate/<str:code>/", roster_views.activate, name="activate_code"),
]
