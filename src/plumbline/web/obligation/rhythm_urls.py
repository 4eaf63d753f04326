"""Addresses of the catalogue of required work, of plans, exemptions, and of what a unit or a member owes."""

from django.urls import path

from plumbline.web.obligation.views import owed, plans, rhythms

urlpatterns = [
    path("rhythms/", rhythms.listed, name="rhythms"),
    path("rhythms/new/", rhythms.new, name="rhythm-new"),
    path("rhythms/take/", rhythms.take, name="rhythms-take"),
    path("rhythms/import/", rhythms.bring, name="rhythms-import"),
    path("rhythms.xlsx", rhythms.export, name="rhythms-export"),
    path("rhythms/<int:rhythm_id>/", rhythms.one, name="rhythm"),
    path("rhythms/<int:rhythm_id>/change/", rhythms.change, name="rhythm-change"),
    path("rhythms/<int:rhythm_id>/versions/new/", rhythms.next_version, name="version-new"),
    path("rhythms/<int:rhythm_id>/versions/<int:version_id>/", rhythms.version, name="version"),
    path("plans/", plans.this_year, name="plans"),
    path("plans/<int:year>/", plans.plan, name="plan"),
    path("plans/<int:year>/start/", plans.start, name="plan-start"),
    path("plans/<int:year>/exemptions/", plans.exemptions, name="exemptions"),
    path("plans/<int:year>/exempt/", plans.exempt, name="exempt"),
    path("owed/mine/", owed.mine, name="mine"),
    path("owed/<int:unit_id>/", owed.this_year, name="owed-now"),
    path("owed/<int:unit_id>/<int:year>/", owed.owed, name="owed"),
]
