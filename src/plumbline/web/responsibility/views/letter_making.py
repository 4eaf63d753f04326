"""Making letters: templates, letters for all organisations of a kind at once, the text of a draft, an annex."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility.letter_forms import LetterTextForm, MakingForm, TemplateForm


def _preparer(request: HttpRequest) -> tuple[Actor, list[Any]]:
    """Return the actor and the organisations in whose name they prepare letters. Raises NotPermitted for those with none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    units = responsibility.units_to_prepare(actor)
    if not units:
        raise NotPermitted("responsibility.prepare_letter", "letters")
    return actor, units


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Show the templates that one may use, and those that come with the application."""
    actor, _units = _preparer(request)
    shipped = [(code, one["name"]) for code, one in responsibility.shipped_templates().items()]
    context = {"rows": responsibility.usable_templates(actor), "shipped": shipped}
    return render(request, "responsibility/letter_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: HttpRequest) -> HttpResponse:
    """Write a template, begun from one that comes with the application."""
    _actor, units = _preparer(request)
    shipped = responsibility.shipped_templates()
    start = shipped.get(request.GET.get("from", ""), next(iter(shipped.values())))
    initial = {"name": start["name"], "level": start["level"], "text": start["text"], "owner": units[0].pk}
    return _template(request, units, initial, code="")


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Change a template: what is saved is its next version; letters made before keep theirs."""
    actor, units = _preparer(request)
    found = responsibility.template_for(actor, template_id)
    text = responsibility.write_text(found.text)
    initial = {"name": found.name, "level": found.level, "text": text, "owner": found.owner_id}
    return _template(request, units, initial, code=found.code)


def _template(request: HttpRequest, units: list[Any], initial: dict[str, Any], *, code: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TemplateForm(request.POST if request.method == "POST" else None, units=units, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            responsibility.save_template(
                by=actor, at=clock.now(), owner_id=given["owner"], level=responsibility.Level(given["level"]),
                code=code or slugify(given["name"])[:40] or f"template-{clock.now():%Y%m%d%H%M%S}", name=given["name"],
                text=responsibility.read_text(given["text"]),
            )  # fmt: skip
        except responsibility.Refused as problem:
            form.take(problem)
        else:
            messages.success(request, _("The template is saved."))
            return redirect("responsibility:letter-templates")
    return _form(request, form, _("Template of letters"))


def _form(request: HttpRequest, form: Any, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading}
    return render(request, "responsibility/letter_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make letters for all organisations of a kind at once, as drafts; what stands already is not made twice."""
    actor, units = _preparer(request)
    form = MakingForm(
        request.POST if request.method == "POST" else None, templates=responsibility.usable_templates(actor), units=units,
        initial={"year": clock.today().year, "kind": "branch"},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            made = responsibility.make_letters(by=actor, at=clock.now(), making=form.making(actor))
        except responsibility.Refused as problem:
            form.add_error(
                {"lower": "kind"}.get(problem.field, problem.field) if problem.field else None, problem.message
            )
        else:
            _tell(request, made)
            return redirect("responsibility:letters")
    return _form(request, form, _("Make letters"))


def _tell(request: HttpRequest, made: responsibility.Made) -> None:
    count = len(made.letter_ids)
    told = ngettext("{count} letter is made as a draft.", "{count} letters are made as drafts.", count).format(
        count=count
    )
    messages.success(request, told)
    if made.known:
        told = ngettext("{count} stood already.", "{count} stood already.", made.known)
        messages.info(request, told.format(count=made.known))
    if made.without_post:
        count = len(made.without_post)
        told = ngettext(
            "{count} organisation has no such post, so no letter was made for it.",
            "{count} organisations have no such post, so no letters were made for them.", count,
        )  # fmt: skip
        messages.warning(request, told.format(count=count))


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Adapt the text of a draft; of a signed letter, draft the annex that changes it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    letter = responsibility.letter_view(actor, letter_id, on=clock.today()).letter
    if not responsibility.can_prepare_letters(actor, letter.upper_unit.path):
        raise NotPermitted("responsibility.edit_letter", f"letter:{letter_id}")
    is_annex = letter.state == responsibility.LetterState.SIGNED.value
    act = responsibility.add_annex if is_annex else responsibility.edit_letter
    data = request.POST if request.method == "POST" else None
    form = LetterTextForm(data, initial={"text": responsibility.write_text(letter.text)})
    if form.is_bound and form.is_valid():
        try:
            said = responsibility.read_text(form.cleaned_data["text"])
            kept = act(by=actor, at=clock.now(), letter_id=letter_id, text=said)
        except responsibility.Refused as problem:
            form.take(problem)
        else:
            messages.success(request, _("The text is kept. Look it over, then issue it to both sides."))
            return redirect("responsibility:letter", kept.pk)
    return _form(request, form, _("Annex to the letter") if is_annex else _("Text of the letter"))
