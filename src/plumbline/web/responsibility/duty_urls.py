"""Addresses of duties: lists, boards, calendar and plan, one duty and its acts; and of contact points."""

from django.urls import URLPattern, path

from plumbline.web.responsibility.views import contacts, duties, duty_acts, duty_boards, duty_bulk

urlpatterns: list[URLPattern] = [
    path("duties/", duties.listed, name="duties"),
    path("duties/duties.xlsx", duties.workbook, name="duties-workbook"),
    path("duties/new/", duties.new, name="duty-new"),
    path("duties/bulk/", duty_bulk.bulk, name="duties-bulk"),
    path("duties/board/", duty_boards.board, name="duty-board"),
    path("duties/calendar/", duty_boards.month, name="duty-calendar"),
    path("duties/plan/", duty_boards.plan, name="duty-plan"),
    path("duties/feed/", duty_boards.feed, name="duty-feed"),
    path("duties/feed/<str:feed_secret>/duties.ics", duty_boards.feed_file, name="duty-feed-file"),
    path("duties/<int:duty_id>/", duties.one, name="duty"),
    path("duties/<int:duty_id>/act/", duty_acts.act, name="duty-act"),
    path("duties/<int:duty_id>/change/", duty_acts.change, name="duty-change"),
    path("duties/<int:duty_id>/steps/", duty_acts.steps, name="duty-steps"),
    path("contacts/", contacts.listed, name="contacts"),
    path("contacts/new/", contacts.new, name="contact-new"),
    path("contacts/<int:point_id>/", contacts.one, name="contact"),
    path("contacts/<int:point_id>/act/", contacts.act, name="contact-act"),
    path("contacts/records/<int:record_id>/", contacts.record, name="contact-record"),
]
