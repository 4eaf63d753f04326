"""Addresses of meetings, talks, terms and the minutes book."""

from django.urls import path

from plumbline.web.meeting.views import filing, holding, lists, meetings, minutes, settings, side

app_name = "meeting"

urlpatterns = [
    path("meetings/", lists.listed, name="meetings"),
    path("meetings/export/", lists.export, name="export"),
    path("meetings/calendar/", lists.calendar, name="calendar"),
    path("meetings/completeness/", lists.completeness, name="completeness"),
    path("meetings/books/", lists.books, name="books"),
    path("meetings/hold/", meetings.hold, name="hold"),
    path("meetings/new/", meetings.new, name="new"),
    path("meetings/talks/", side.talks, name="talks"),
    path("meetings/talks/<int:talk_id>/withdraw/", side.withdraw_talk, name="talk-withdraw"),
    path("meetings/terms/", side.terms, name="terms"),
    path("meetings/terms/<int:unit_id>/extend/", side.extend, name="extend"),
    path("meetings/problems/", side.problems, name="problems"),
    path("meetings/problems/<int:problem_id>/", side.problem, name="problem"),
    path("meetings/theme-days/", settings.theme_days, name="theme-days"),
    path("meetings/theme-days/<int:unit_id>/", settings.theme_day, name="theme-day"),
    path("meetings/settings/<int:unit_id>/", settings.strictness, name="setting"),
    path("meetings/kinds/", settings.kinds, name="kinds"),
    path("meetings/kinds/new/", settings.kind_new, name="kind-new"),
    path("meetings/kinds/<slug:code>/", settings.kind, name="kind"),
    path("meetings/<int:meeting_id>/", meetings.meeting_page, name="meeting"),
    path("meetings/<int:meeting_id>/change/", meetings.change, name="change"),
    path("meetings/<int:meeting_id>/do/", filing.act, name="act"),
    path("meetings/<int:meeting_id>/screen/", holding.screen, name="screen"),
    path("meetings/<int:meeting_id>/quorum/", holding.quorum, name="quorum"),
    path("meetings/<int:meeting_id>/sign-in/", holding.sign_in, name="sign-in"),
    path("meetings/<int:meeting_id>/attendance/", holding.attendance, name="attendance"),
    path("meetings/<int:meeting_id>/guests/", holding.guests, name="guests"),
    path("meetings/<int:meeting_id>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:meeting_id>/minutes/send/", minutes.send, name="minutes-send"),
    path("meetings/<int:meeting_id>/minutes/choose/", minutes.choose, name="minutes-choose"),
    path("meetings/<int:meeting_id>/files/", minutes.files, name="files"),
    path("meetings/<int:meeting_id>/problems/", minutes.add_problem, name="problem-add"),
    path("meetings/<int:meeting_id>/versions/<int:number>/", filing.version, name="version"),
]
