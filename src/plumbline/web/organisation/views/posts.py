"""Posts, their duties in both lines side by side, and terms of office."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.organisation import api as organisation
from plumbline.web.organisation import forms
from plumbline.web.organisation.views.common import Task, actor_of, posted, run
from plumbline.web.organisation.views.units import crumbs, form_page


def address(unit_id: int) -> str:
    """Return the place of the posts on their unit's page."""
    return f"{reverse('organisation:unit', args=[unit_id])}#posts"


@form_page
def create(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Create a post in a unit."""
    actor = actor_of(request)
    unit = organisation.unit_for(actor, unit_id)
    organisation.check(actor, "organisation.change_post", unit)

    def act(data: Mapping[str, Any]) -> str:
        organisation.create_post(by=actor, at=clock.now(), unit=unit, **data)
        return address(unit.pk)

    task = Task(_("New post"), _("Save"), address(unit.pk), act, crumbs=crumbs(unit))
    return run(request, forms.PostForm(posted(request)), task)


@form_page
def change(request: HttpRequest, post_id: int) -> HttpResponse:
    """Change the title and seats of a post."""
    actor = actor_of(request)
    post = organisation.post_for(actor, post_id)
    organisation.check(actor, "organisation.change_post", post.unit)
    form = forms.PostForm(posted(request), initial={"title": post.title, "seats": post.seats})
    del form.fields["code"]

    def act(data: Mapping[str, Any]) -> str:
        organisation.change_post(by=actor, at=clock.now(), post=post, **data)
        return address(post.unit_id)

    task = Task(_("Change the post"), _("Save"), address(post.unit_id), act, crumbs=crumbs(post.unit))
    return run(request, form, task)


@form_page
def remove(request: HttpRequest, post_id: int) -> HttpResponse:
    """Remove a post that nobody ever held."""
    actor = actor_of(request)
    post = organisation.post_for(actor, post_id)
    organisation.check(actor, "organisation.change_post", post.unit)
    unit = post.unit

    def act(_data: Mapping[str, Any]) -> str:
        organisation.remove_post(by=actor, at=clock.now(), post=post)
        return address(unit.pk)

    task = Task(
        _("Remove the post “{title}”").format(title=post.title),
        _("Remove"),
        address(unit.pk),
        act,
        lead=_("Only a post that nobody ever held can be removed."),
        danger=True,
        done=_("Removed."),
        crumbs=crumbs(unit),
    )
    return run(request, forms.PlainForm(posted(request)), task)


@form_page
def duties(request: HttpRequest, post_id: int) -> HttpResponse:
    """Edit the duties of a post in both lines, side by side."""
    actor = actor_of(request)
    post = organisation.post_for(actor, post_id)
    organisation.check(actor, "organisation.change_duties", post.unit)
    initial = {line: "\n".join(texts) for line, texts in organisation.duties_of(post).items()}

    def act(data: Mapping[str, Any]) -> str:
        lines = {line: text.splitlines() for line, text in data.items()}
        organisation.change_duties(by=actor, at=clock.now(), post=post, duties=lines)
        return address(post.unit_id)

    task = Task(
        _("{title}: one post, two responsibilities").format(title=post.title),
        _("Save"),
        address(post.unit_id),
        act,
        lead=_("What the post answers for in business stands beside what it answers for in the organisation."),
        crumbs=crumbs(post.unit),
        wide=True,
    )
    return run(request, forms.DutiesForm(posted(request), initial=initial), task)


@form_page
def appoint(request: HttpRequest, post_id: int) -> HttpResponse:
    """Let a member hold a post."""
    actor = actor_of(request)
    post = organisation.post_for(actor, post_id)
    organisation.check(actor, "organisation.appoint", post.unit)
    candidates = organisation.members_for(actor, "organisation.appoint")
    form = forms.AppointForm(posted(request), members=candidates, initial={"starts_on": clock.today()})

    def act(data: Mapping[str, Any]) -> str:
        organisation.appoint(by=actor, at=clock.now(), post=post, **data)
        return address(post.unit_id)

    title = _("Appoint: {title}").format(title=post.title)
    task = Task(title, _("Appoint"), address(post.unit_id), act, crumbs=crumbs(post.unit))
    return run(request, form, task)


@form_page
def end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """End a term early."""
    actor = actor_of(request)
    term = organisation.appointment_for(actor, appointment_id)
    unit = term.post.unit
    organisation.check(actor, "organisation.end_appointment", unit)

    def act(data: Mapping[str, Any]) -> str:
        organisation.end_appointment(by=actor, at=clock.now(), appointment=term, **data)
        return address(unit.pk)

    title = _("End the term of {name} as “{post}”").format(name=term.member, post=term.post.title)
    task = Task(title, _("End the term"), address(unit.pk), act, crumbs=crumbs(unit))
    return run(request, forms.EndForm(posted(request), initial={"on": clock.today()}), task)
