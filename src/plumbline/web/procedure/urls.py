"""Addresses of standard procedures and their running cases."""

from django.urls import path

from plumbline.web.procedure.views import cases, drafts, key_points, procedures

app_name = "procedure"
urlpatterns = [
    path("procedures/", procedures.listed, name="procedures"),
    path("procedures/take/", procedures.take, name="take"),
    path("procedures/new/", drafts.begin, name="draft-new"),
    path("procedures/<int:procedure_id>/", procedures.one, name="procedure"),
    path("procedures/<int:procedure_id>/draft/", drafts.begin_from, name="draft-from"),
    path("procedures/<int:procedure_id>/close/", procedures.close, name="close"),
    path("procedures/<int:procedure_id>/yaml/", procedures.as_yaml, name="yaml"),
    path("procedures/<int:procedure_id>/bpmn/", procedures.as_bpmn, name="bpmn"),
    path("procedures/drafts/<int:pdraft_id>/", drafts.one, name="draft"),
    path("procedures/drafts/<int:pdraft_id>/head/", drafts.head, name="draft-head"),
    path("procedures/drafts/<int:pdraft_id>/act/", drafts.act, name="draft-act"),
    path("procedures/drafts/<int:pdraft_id>/steps/<slug:step_code>/", drafts.step, name="draft-step"),
    path("procedures/drafts/<int:pdraft_id>/steps/<slug:step_code>/check/", drafts.check, name="draft-check"),
    path("cases/", cases.desk, name="cases"),
    path("cases/all/", cases.everything, name="cases-all"),
    path("cases/new/", cases.new, name="case-new"),
    path("cases/<int:case_id>/", cases.one, name="case"),
    path("cases/<int:case_id>/act/", cases.act, name="case-act"),
    path("cases/<int:case_id>/erase/", cases.erase, name="case-erase"),
    path("key-points/", key_points.shown, name="key-points"),
    path("key-points/start/", key_points.start, name="key-points-start"),
]
