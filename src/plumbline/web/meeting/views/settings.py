"""Fixed theme days, kinds of meeting, and how strict records are treated."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.meeting.forms import KindForm, StrictForm, ThemeDayForm, kind_initial
from plumbline.web.meeting.views.common import actor_of, common, done


@require_safe
def theme_days(request: HttpRequest) -> HttpResponse:
    """Show the fixed theme days of the organisations kept, with the next days."""
    rows = meeting.theme_days(actor_of(request), clock.today())
    if not rows:
        raise NotPermitted("meeting.hold")
    return render(request, "meeting/theme_days.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def theme_day(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Fix the theme day of one organisation."""
    actor = actor_of(request)
    rows = meeting.theme_days(actor, clock.today(), unit_id=unit_id)
    if not rows:
        raise NotPermitted("meeting.hold", f"unit:{unit_id}")
    rule = rows[0].rule
    initial = {
        "effective_on": clock.today(), "ordinal": rule.ordinal if rule else 1, "weekday": rule.weekday if rule else 4,
        "day": rule.day or None if rule else None,
    }  # fmt: skip
    form = ThemeDayForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        meeting.set_theme_day(**common(request), unit_id=unit_id, rule=form.rule())

    if request.method == "POST" and form.is_valid() and done(request, act, _("The theme day is fixed."), form):
        return redirect("meeting:theme-days")
    return render(request, "meeting/theme_day.html", {"row": rows[0], "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def strictness(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Say how records below a unit are treated."""
    actor = actor_of(request)
    unit = organisation.organisation_for(actor, unit_id)
    if not meeting.can_set_meetings(actor, unit.path):
        raise NotPermitted("meeting.set", f"unit:{unit_id}")
    now = meeting.setting_for(unit.path)
    initial = {"strict": now.strict, "file_days": now.file_days}
    form = StrictForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        meeting.set_strictness(**common(request), unit_id=unit_id, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and done(request, act, _("The setting holds from now on."), form):
        return redirect("meeting:completeness")
    return render(request, "meeting/setting.html", {"unit": unit, "form": form}, status=422 if form.errors else 200)


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Show every kind of meeting as it is today, and versions to come."""
    actor, today = actor_of(request), clock.today()
    versions = meeting.kind_versions()
    context = {
        "kinds": meeting.kinds_on(today), "coming": [one for one in versions if one.effective_on > today],
        "may_change": meeting.can_change_kinds(actor), "who": meeting.WHO_NAMES, "fields": meeting.FIELDS,
        "names": meeting.kind_names(), "matters": organisation.MATTERS,
    }  # fmt: skip
    return render(request, "meeting/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def kind_new(request: HttpRequest) -> HttpResponse:
    """Add a local kind of meeting."""
    return _kind(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """Show the versions of a kind, and add one."""
    versions = [one for one in meeting.kind_versions() if one.code == code]
    if not versions:
        raise NotPermitted("meeting.change_kind", f"meeting_kind:{code}")
    return _kind(request, max(versions, key=lambda one: one.effective_on))


def _kind(request: HttpRequest, old: meeting.Kind | None) -> HttpResponse:
    actor = actor_of(request)
    meeting.check_change_kinds(actor)
    today = clock.today()
    initial = kind_initial(old, today) if old else {"effective_on": today, "is_active": True, "minutes": 60}
    data = request.POST if request.method == "POST" else None
    form = KindForm(data, initial=initial, kinds=meeting.kinds_on(today), new=old is None)

    def act() -> None:
        meeting.change_kind(**common(request), kind=form.kind(old))

    if data is not None and form.is_valid() and done(request, act, _("The kind holds from its day on."), form):
        return redirect("meeting:kinds")
    versions = [one for one in meeting.kind_versions() if old is not None and one.code == old.code]
    context = {"form": form, "kind": old, "versions": versions}
    return render(request, "meeting/kind.html", context, status=422 if form.errors else 200)
