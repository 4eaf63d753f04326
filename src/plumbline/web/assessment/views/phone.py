"""The inspector's page on a phone: a shell that is the same for everyone, the list as data, and the place to send to."""

from datetime import datetime
from importlib import resources
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.web.assessment.device import owner_of, remember
from plumbline.web.assessment.shown import number_in
from plumbline.web.assessment.views import actor_of


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Give the page without anything of the person who asks: the phone keeps it for whoever is signed in later."""
    actor = actor_of(request)
    answer = render(request, "assessment/inspect.html")
    remember(answer, actor)
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker from the address below which it may work: a script reaches no further than its folder."""
    actor_of(request)
    file = resources.files("plumbline.web") / "static" / "bundle" / "inspect-worker.js"
    return HttpResponse(file.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
def visits(request: HttpRequest) -> JsonResponse:
    """Give the reader's list as data, with the token for sending; 401 where nobody is signed in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        return JsonResponse({"state": "signed-out"}, status=401)
    answer = JsonResponse(_list(request, actor, clock.now()))
    remember(answer, actor)
    return answer


def _list(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, Any]:
    found = assessment.visit_list(actor, at)
    return {
        "owner": owner_of(actor),
        "name": str(request.user),
        "token": get_token(request),
        "fetched": _("As of {when}").format(when=date_format(timezone.localtime(at), "DATETIME_FORMAT")),
        "rounds": [
            {"id": one.id, "title": one.title, "items": [_item(item) for item in one.items]} for one in found.rounds
        ],
        "visits": [_visit(one) for one in found.visits],
    }


def _item(item: assessment.ItemText) -> dict[str, Any]:
    return {
        "node": item.node, "title": item.title, "depth": item.depth, "rules": item.rules, "leaf": item.is_leaf,
        "points": [
            {"criterion": one.criterion, "words": one.words, "options": one.options, "optional": one.optional}
            for one in item.points
        ],
    }  # fmt: skip


def _visit(one: Any) -> dict[str, Any]:
    days = date_format(one.from_on, "MONTH_DAY_FORMAT")
    if one.until_on != one.from_on:
        days = _("{first} to {last}").format(first=days, last=date_format(one.until_on, "MONTH_DAY_FORMAT"))
    return {
        "round": one.round_id, "unit": one.unit_id, "code": one.code, "name": one.name, "team": one.team, "days": days,
        "from": one.from_on.isoformat(), "until": one.until_on.isoformat(), "done": one.is_done,
        "findings": one.findings, "exempt": one.exempt, "blocked": one.blocked,
    }  # fmt: skip


@require_POST
def send(request: HttpRequest) -> JsonResponse:
    """Take one finding, or "the inspection is over", from a phone; the same answer however often it is sent.

    200 says that it stands here, 422 why it cannot; 401 and 409 that somebody else, or nobody, is signed in by now.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        return JsonResponse({"state": "signed-out"}, status=401)
    if request.POST.get("owner") != owner_of(actor):
        return JsonResponse({"state": "someone-else"}, status=409)
    try:
        return JsonResponse(_take(request, actor))
    except (assessment.Refused, evidence.EvidenceRefused) as problem:
        return JsonResponse({"state": "refused", "message": str(problem)}, status=422)


def _take(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    given = request.POST
    target: dict[str, Any] = {
        "round_id": number_in(given.get("round")) or 0,
        "unit_id": number_in(given.get("unit")) or 0,
    }
    if given.get("kind") == "done":
        assessment.finish_inspection(by=actor, at=clock.now(), **target)
        return {"state": "recorded"}
    uploads = [ledger.Upload(file.name or "photo", cast(BinaryIO, file)) for file in request.FILES.getlist("photos")]
    receipt = assessment.record_finding(
        by=actor, at=clock.now(), key=_key(given.get("key", "")), draft=_draft(given), uploads=uploads, **target
    )  # fmt: skip
    return {"state": "known" if receipt.known else "recorded", "finding": receipt.finding_id}


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise assessment.Refused(_("The finding came without its number. Record it again.")) from None


def _draft(given: Any) -> assessment.FindingDraft:
    """Return what was sent as a draft. Raises Refused for what does not fit or has no readable time."""
    seen_at = _instant(given.get("seen_at", ""))
    texts = {name: given.get(name, "") for name in ("node", "criterion", "detail", "note", "place")}
    for name, most in (("node", 80), ("criterion", 200), ("detail", 200), ("note", 500), ("place", 200)):
        if len(texts[name]) > most or "\x00" in texts[name]:
            raise assessment.Refused(
                _("A text is too long: at most {count} characters.").format(count=most), field=name
            )
    return assessment.FindingDraft(seen_at=seen_at, times=number_in(given.get("times")) or 0, **texts)


def _instant(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise assessment.Refused(_("The time of the finding cannot be read. Set it again."), field="seen_at")
    return found
