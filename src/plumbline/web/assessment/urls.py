"""Addresses of the assessment."""

from django.urls import path

from plumbline.web.assessment import editor_urls, inspection_urls, life_urls, measure_urls, next_urls, paper_urls
from plumbline.web.assessment.views import (
    archive,
    backtest,
    board,
    explanations,
    publicity,
    rounds,
    schemes,
    uncertainty,
)

app_name = "assessment"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/import/", schemes.import_text, name="scheme-import"),
    path("schemes/shipped/<slug:code>/", schemes.import_shipped, name="scheme-shipped"),
    path("schemes/<int:scheme_id>/", schemes.scheme, name="scheme"),
    path("schemes/<int:scheme_id>/<int:number>.yaml", schemes.download, name="scheme-yaml"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.new_round, name="round-new"),
    path("rounds/<int:round_id>/", rounds.round_page, name="round"),
    path("rounds/<int:round_id>/freeze/", rounds.freeze, name="round-freeze"),
    path("rounds/<int:round_id>/score/", rounds.score, name="round-score"),
    path("rounds/<int:round_id>/verify/", rounds.verify, name="round-verify"),
    path("rounds/<int:round_id>/reopen/", rounds.reopen, name="round-reopen"),
    path("rounds/<int:round_id>/units/", rounds.units, name="round-units"),
    path("rounds/<int:round_id>/class/", rounds.assign_class, name="round-class"),
    path("rounds/<int:round_id>/exempt/", rounds.exempt, name="round-exempt"),
    path("rounds/<int:round_id>/late/", rounds.late, name="round-late"),
    path("rounds/<int:round_id>/backtest/", backtest.backtest, name="backtest"),
    path("rounds/<int:round_id>/backtest.xlsx", backtest.backtest_sheet, name="backtest-sheet"),
    path("rounds/<int:round_id>/uncertainty/", uncertainty.uncertainty, name="uncertainty"),
    path("rounds/<int:round_id>/uncertainty.xlsx", uncertainty.uncertainty_sheet, name="uncertainty-sheet"),
    path("rounds/<int:round_id>/results.xlsx", rounds.results_excel, name="round-results"),
    path("rounds/<int:round_id>/units/<int:unit_id>/", explanations.explanation, name="explanation"),
    path("rounds/<int:round_id>/units/<int:unit_id>/nodes/<str:node>/", explanations.counted, name="counted"),
    path("rounds/<int:round_id>/archive.zip", archive.download, name="round-archive"),
    path("rounds/<int:round_id>/publicity/", publicity.publicity, name="publicity"),
    path("rounds/<int:round_id>/publish/", publicity.publish, name="round-publish"),
    path("rounds/<int:round_id>/amend/", publicity.amend, name="round-amend"),
    path("rounds/<int:round_id>/conclude/", publicity.conclude, name="round-conclude"),
    path("rounds/<int:round_id>/objections/new/", publicity.new_objection, name="objection-new"),
    path("objections/<int:objection_id>/", publicity.objection, name="objection"),
    path("objections/<int:objection_id>/answer/", publicity.answer, name="objection-answer"),
    path("objections/<int:objection_id>/withdraw/", publicity.withdraw, name="objection-withdraw"),
    *inspection_urls.urlpatterns,
    *life_urls.urlpatterns,
    *measure_urls.urlpatterns,
    *paper_urls.urlpatterns,
    *editor_urls.urlpatterns,
    *next_urls.urlpatterns,
]
