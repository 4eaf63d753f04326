"""Addresses of the ledger."""

from django.urls import path

from plumbline.web.ledger.views import facts, filing, imports, kinds, passing, tokens

app_name = "ledger"
urlpatterns = [
    path("facts/", facts.facts, name="facts"),
    path("facts/list.xlsx", facts.facts_excel, name="facts-excel"),
    path("facts/list.csv", facts.facts_csv, name="facts-csv"),
    path("facts/new/", filing.new_fact, name="new"),
    path("facts/kinds/", kinds.kinds, name="kinds"),
    path("facts/kinds/list.xlsx", kinds.kinds_excel, name="kinds-excel"),
    path("facts/kinds/new/", kinds.new_kind, name="kind-new"),
    path("facts/kinds/<str:code>/", kinds.edit_kind, name="kind"),
    path("facts/import/", imports.upload, name="imports"),
    path("facts/import/template.xlsx", imports.template, name="import-template"),
    path("facts/import/<int:batch_id>/", imports.batch, name="import"),
    path("facts/import/<int:batch_id>/problems.xlsx", imports.problems, name="import-problems"),
    path("facts/import/<int:batch_id>/add/", imports.add, name="import-add"),
    path("facts/pass-up/", passing.pass_up, name="pass-up"),
    path("facts/receive/", passing.receive, name="receive"),
    path("facts/receive/<int:passed_id>/", passing.passed, name="passed"),
    path("facts/receive/<int:passed_id>/match/", passing.match, name="passed-match"),
    path("facts/receive/<int:passed_id>/add/", passing.add, name="passed-add"),
    path("facts/receive/<int:passed_id>/drop/", passing.drop, name="passed-drop"),
    path("facts/tokens/", tokens.tokens, name="tokens"),
    path("facts/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("facts/<int:fact_id>/", facts.fact, name="fact"),
    path("facts/<int:fact_id>/correct/", filing.correct, name="correct"),
    path("facts/<int:fact_id>/withdraw/", filing.withdraw, name="withdraw"),
]
