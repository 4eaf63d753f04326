"""Addresses of the scheme editor."""

from django.urls import path

from plumbline.web.assessment.views import drafts, editor

urlpatterns = [
    path("schemes/drafts/", drafts.drafts, name="drafts"),
    path("schemes/drafts/new/", drafts.new_draft, name="draft-new"),
    path("schemes/drafts/template.xlsx", drafts.template, name="draft-template"),
    path("schemes/drafts/<int:draft_id>/", editor.draft, name="draft"),
    path("schemes/drafts/<int:draft_id>/change/", editor.change, name="draft-change"),
    path("schemes/drafts/<int:draft_id>/undo/", editor.undo, name="draft-undo"),
    path("schemes/drafts/<int:draft_id>/remark/", editor.remark, name="draft-remark"),
    path("schemes/drafts/<int:draft_id>/issue/", drafts.issue, name="draft-issue"),
    path("schemes/drafts/<int:draft_id>/preview/", drafts.preview, name="draft-preview"),
    path("schemes/drafts/<int:draft_id>/discard/", drafts.discard, name="draft-discard"),
    path("schemes/drafts/<int:draft_id>/draft.yaml", drafts.draft_yaml, name="draft-yaml"),
    path("schemes/drafts/<int:draft_id>/draft.xlsx", drafts.draft_excel, name="draft-excel"),
    path("schemes/compare/", drafts.compare, name="scheme-compare"),
    path("schemes/<int:scheme_id>/<int:number>.xlsx", drafts.scheme_excel, name="scheme-excel"),
]
