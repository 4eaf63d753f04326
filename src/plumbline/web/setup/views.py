"""The first set-up: make the administrator, then four steps to a working committee."""

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.web.setup import links, progress
from plumbline.web.setup.forms import CommitteeForm, FirstAdministratorForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _refuse(request: HttpRequest, state: links.LinkState) -> HttpResponse:
    return render(request, "setup/refused.html", {"state": state.value}, status=410)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the account of the first administrator, make it, sign it in."""
    state = links.state_of(secret, at=clock.now())
    if state is not links.LinkState.OPEN:
        return _refuse(request, state)
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _create(request, secret, form)
    return render(request, "setup/begin.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_variables("given")
def _create(request: HttpRequest, secret: str, form: FirstAdministratorForm) -> HttpResponse:
    given = form.cleaned_data
    if get_user_model().objects.filter(username=given["username"]).exists():
        form.add_error("username", _("This user name is taken. Choose another one."))
        return render(request, "setup/begin.html", {"form": form}, status=422)
    try:
        user = links.create_first_administrator(
            secret=secret,
            username=given["username"],
            display_name=given["display_name"],
            password=given["password"],
            at=clock.now(),
            address=request.META.get("REMOTE_ADDR", ""),
        )
    except links.LinkRefused as refused:
        return _refuse(request, refused.state)
    login(request, user, backend=BACKEND)
    return redirect("setup:steps")


@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest) -> HttpResponse:
    """Show what is done and what comes next; a POST founds the working committee."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not (actor.is_superuser or "administrator" in actor.roles()):
        raise NotPermitted("setup.see_steps")
    form = CommitteeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and progress.found_committee(by=actor, at=clock.now(), form=form):
        return redirect("setup:steps")
    shown = {"form": form, "steps": progress.steps(actor, at=clock.now())}
    return render(request, "setup/steps.html", shown, status=422 if form.errors else 200)
