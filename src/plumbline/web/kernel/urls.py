"""Addresses of what every area shares: search, messages, working days, audit, evidence, background work."""

from django.urls import include, path

from plumbline.web.kernel.views import audit, calendar, evidence, inbox, jobs, search

_jobs = (
    [
        path("", jobs.listing, name="list"),
        path("<int:job_id>/", jobs.detail, name="detail"),
        path("<int:job_id>/cancel/", jobs.cancel, name="cancel"),
    ],
    "jobs",
)

urlpatterns = [
    path("search/", search.search, name="search"),
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/read/", inbox.mark_all, name="inbox-read"),
    path("messages/<int:message_id>/", inbox.follow, name="message"),
    path("calendar/", calendar.this_year, name="calendar"),
    path("calendar/<int:year>/", calendar.year_page, name="calendar-year"),
    path("calendar/<int:year>/day/", calendar.set_day, name="calendar-day"),
    path("calendar/<int:year>/shipped/", calendar.take_shipped, name="calendar-shipped"),
    path("audit/", audit.entries, name="audit"),
    path("evidence/<int:evidence_id>/", evidence.download, name="evidence"),
    path("jobs/", include(_jobs)),
]
