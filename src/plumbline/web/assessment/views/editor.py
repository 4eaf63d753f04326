"""The scheme editor: a draft's tree and forms, every change of it, and what is said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.web.assessment import editor_changes, editor_fields, editor_rows, editor_weights, editor_words
from plumbline.web.assessment.shown import class_title, number_in
from plumbline.web.assessment.views import actor_of

Texts = Mapping[str, str]
MOST_TROUBLES = 60
MOST_PLACES = 10
"""So many places of one thing to mend are named; the tree marks all of them."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a reader typed that was not stored: it stays in the form, with the reason above it."""

    texts: Texts
    rules: Sequence[tuple[str, Texts]] = ()
    entries: Sequence[Texts] = ()
    problem: str = ""
    overtaken: assessment.Overtaken | None = None


@require_safe
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft: its tree, and the form of the indicator or the section that was chosen; to htmx only that form."""
    page = assessment.draft_page(actor_of(request), draft_id)
    place = editor_changes.Place(number_in(request.GET.get("node")), request.GET.get("part", ""))
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:  # going back wants the page, not the form alone
        return HttpResponse(_panel(request, page, place))
    return _whole(request, page, place)


@require_POST
def change(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Store what was typed and do what was asked; the answer carries what changed on the page, and no more."""
    actor = actor_of(request)
    asked = editor_changes.asked(request.POST)
    before = assessment.draft_page(actor, draft_id)
    try:
        done, key = editor_changes.perform(actor, draft_id, asked)
    except (assessment.NotationInvalid, assessment.Refused, *editor_changes.LOST) as problem:
        return _refused(request, before, asked, editor_changes.in_words(problem))
    except assessment.Overtaken as overtaken:
        return _refused(request, assessment.draft_page(actor, draft_id), asked, "", overtaken)
    page = assessment.page_of(actor, done)
    place = editor_changes.Place(key, asked.part) if asked.part != "tree" or key else editor_changes.Place()
    if not getattr(request, "htmx", False):
        return redirect(_address(page, place))
    return _answer(request, before, page, asked, place)


@require_POST
def undo(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Take the last step back."""
    try:
        assessment.undo_step(by=actor_of(request), at=clock.now(), draft_id=draft_id)
    except assessment.Refused as problem:
        messages.warning(request, problem.message)
    return redirect("assessment:draft", draft_id)


@require_POST
def remark(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Add a remark to the draft or to one of its indicators."""
    key = number_in(request.POST.get("key"))
    try:
        assessment.remark(
            by=actor_of(request), at=clock.now(), draft_id=draft_id, text=request.POST.get("text", ""), key=key
        )
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    return redirect(f"{reverse('assessment:draft', args=[draft_id])}{f'?node={key}' if key else ''}#remarks")


def _address(page: assessment.DraftPage, place: editor_changes.Place) -> str:
    base = reverse("assessment:draft", args=[page.draft.pk])
    if place.key:
        return f"{base}?node={place.key}"
    return f"{base}?part={place.part}" if place.part and place.part not in ("node", "tree") else base


def _whole(
    request: HttpRequest, page: assessment.DraftPage, place: editor_changes.Place, typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = shared(page) | {
        "panel": _panel(request, page, place, typed), "chosen": place.key,
        "lines": editor_rows.lines(rows(page), chosen=place.key, may_edit=page.may_edit), "part": place.part,
        "steps": [(one, editor_words.STEPS.get(one.what, one.what)) for one in assessment.steps_of(page.draft)],
        "rounds": assessment.preview_rounds(actor_of(request)) if page.may_edit else [],
    }  # fmt: skip
    return render(request, "assessment/draft.html", context, status=status)


def shared(page: assessment.DraftPage) -> dict[str, Any]:
    """Return what all pieces of the page show."""
    names = {place.node["key"]: place.node for place in assessment.draft_tree.places(page.draft.document)}
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in page.troubles:
        node = names.get(one.key or 0)
        where = f"{node.get('code', '')} {editor_fields.title_of(node)}" if node else _section_title(one.part)
        found.setdefault((one.message, one.level), []).append(
            (where, f"node={one.key}" if one.key else f"part={one.part}")
        )
    told = [(message, level, places[:MOST_PLACES]) for (message, level), places in found.items()]
    return {
        "shown": page, "draft": page.draft, "title": assessment.draft_title(page.draft), "troubles": told[:MOST_TROUBLES],
        "more_troubles": max(0, len(told) - MOST_TROUBLES),
        "sections": [(name, title) for name, (title, _about) in editor_words.SECTIONS.items()],
    }  # fmt: skip


def _section_title(part: str) -> str:
    return str(editor_words.SECTIONS[part][0]) if part in editor_words.SECTIONS else _("The scheme as a whole")


def rows(page: assessment.DraftPage) -> list[editor_rows.TreeRow]:
    """Return the lines of the tree in their order."""
    marks: dict[int | None, str] = {}
    for one in page.troubles:
        marks[one.key] = "error" if "error" in (one.level, marks.get(one.key)) else "warning"
    said: dict[int | None, int] = {}
    for remark_ in page.remarks:
        said[remark_.key] = said.get(remark_.key, 0) + 1
    return [
        editor_rows.TreeRow(
            place.node["key"], place.depth, str(place.node.get("code", "")), editor_fields.title_of(place.node),
            str(place.node.get("points", "")), marks.get(place.node["key"], ""), said.get(place.node["key"], 0),
        )
        for place in assessment.draft_tree.places(page.draft.document)
    ]  # fmt: skip


def _panel(
    request: HttpRequest, page: assessment.DraftPage, place: editor_changes.Place, typed: Typed | None = None
) -> str:
    """Return the form of an indicator, of a section, or of the whole."""
    around = editor_fields.surroundings(page)
    context = {"shown": page, "draft": page.draft, "typed": typed, "words": editor_words, "here": place}
    node = editor_changes.node_of(page.draft.document, place.key)
    if node is not None:
        context |= _node_context(page, around, node, typed)
        return render_to_string("assessment/_draft_node.html", context, request)
    if place.part in editor_words.SECTIONS:
        entries = typed.entries if typed else editor_changes.entries_of(page.draft.document, place.part)
        title, about = editor_words.SECTIONS[place.part]
        forms = editor_fields.section_forms(around, place.part, entries)
        context |= {"forms": forms, "section": place.part, "title": title, "about": about, "grades": around.grades}
        if place.part == "profiles":
            known = [(klass, class_title(klass)) for klass in assessment.known_classes()]
            context |= {"weights": editor_weights.table(page.draft.document, entries), "known": known}
        return render_to_string("assessment/_draft_section.html", context, request)
    texts = typed.texts if typed else editor_changes.head_of(page.draft.document)
    context |= {"fields": editor_fields.head_fields(around, texts), "gone": place.key is not None}
    return render_to_string("assessment/_draft_head.html", context, request)


def _node_context(
    page: assessment.DraftPage, around: editor_fields.Surroundings, node: Mapping[str, Any], typed: Typed | None
) -> dict[str, Any]:
    key = node["key"]
    texts = typed.texts if typed else editor_changes.texts_of(node)
    rules = typed.rules if typed else editor_changes.rules_of(node)
    return {
        "key": key, "node": node, "fields": editor_fields.node_fields(around, key, texts),
        "forms": editor_fields.rule_forms(around, key, rules), "grades": around.grades,
        "troubles": [one for one in around.troubles if one.key == key and one.index is None and not one.field],
        "remarks": [one for one in page.remarks if one.key == key], "has_parts": bool(node.get("children")),
        "rule_types": list(editor_words.RULES.items()),
    }  # fmt: skip


def _refused(
    request: HttpRequest, page: assessment.DraftPage, asked: editor_changes.Asked, problem: str,
    overtaken: assessment.Overtaken | None = None,
) -> HttpResponse:  # fmt: skip
    """Tell why nothing was stored. What was typed stays: htmx leaves the form alone, the page without it is drawn anew."""
    typed = Typed(asked.texts, asked.rules, asked.entries, problem, overtaken)
    if getattr(request, "htmx", False):
        context = {
            "typed": typed,
            "shown": page,
            "draft": page.draft,
            "oob": True,
            "part": asked.part,
            "key": asked.key,
        }
        return HttpResponse(render_to_string("assessment/_draft_problem.html", context, request))
    place = editor_changes.Place(asked.key, asked.part)
    kept = typed if asked.part != "tree" else None
    if kept is None:
        messages.error(request, problem)
    return _whole(request, page, place, kept, status=409 if overtaken else 422)


def _answer(
    request: HttpRequest, before: assessment.DraftPage, page: assessment.DraftPage, asked: editor_changes.Asked,
    place: editor_changes.Place,
) -> HttpResponse:  # fmt: skip
    """Return the pieces of the page that a change touched, each to be put in its place."""
    old, new = rows(before), rows(page)
    moved = [row.key for row in old] != [row.key for row in new] or [row.depth for row in old] != [
        row.depth for row in new
    ]
    changed = new if moved else [row for row, was in zip(new, old, strict=True) if row != was]
    lines = editor_rows.lines(changed, chosen=place.key, may_edit=page.may_edit, oob=not moved)
    context = shared(page) | {"chosen": place.key, "oob": True, "whole_tree": moved, "lines": lines}
    if asked.redraws or moved:
        context["panel"] = _panel(request, page, place)
    answer = HttpResponse(render_to_string("assessment/_draft_answer.html", context, request))
    told = {"revision": page.draft.revision, "key": place.key, "focus": asked.focus, "address": _address(page, place)}
    return trigger_client_event(answer, "plumbline:stored", told)
