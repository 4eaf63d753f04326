"""Version 1 of the interface for programs."""

from datetime import date
from typing import Any, BinaryIO, cast

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, NinjaAPI, Query, Schema, Status
from ninja.errors import ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer
from pydantic import Field

from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.web.api import schema
from plumbline.web.api.reading import CallRefused, read_body, read_call

MOST_IN_A_PAGE = 1_000


class Token(HttpBearer):
    """A token that an administrator made; sent as ``Authorization: Bearer plb_...``."""

    def authenticate(self, request: HttpRequest, token: str) -> ledger.Sender | None:
        """Return who calls, or None. Raises CallRefused where the token has called too often."""
        try:
            return ledger.admit(secret=token, at=clock.now(), address=request.META.get("REMOTE_ADDR", ""))
        except ledger.TooManyCalls as error:
            text = _("Too many calls; try again in %d seconds.") % error.wait
            raise CallRefused(429, text, error.wait) from None


api = NinjaAPI(
    title="Plumbline",
    version="1",
    description="File facts from other systems, and read back what stands in the ledger.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
    auth=Token(),
)


def sender_of(request: HttpRequest) -> ledger.Sender:
    """Return who calls."""
    sender: ledger.Sender = request.auth  # type: ignore[attr-defined]
    return sender


@api.exception_handler(CallRefused)
def _call_refused(request: HttpRequest, error: CallRefused) -> HttpResponse:
    answer = api.create_response(request, {"error": error.text}, status=error.status)
    if error.wait:
        answer["Retry-After"] = str(error.wait)
    return answer


@api.exception_handler(NotPermitted)
def _not_permitted(request: HttpRequest, _error: NotPermitted) -> HttpResponse:
    return api.create_response(request, {"error": _("This token does not reach there.")}, status=403)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors)
    return api.create_response(request, {"error": said}, status=422)


ERRORS: dict[int, type[Schema]] = {
    400: schema.ErrorOut,
    403: schema.ErrorOut,
    413: schema.ErrorOut,
    422: schema.ErrorOut,
    429: schema.ErrorOut,
}


@api.post(
    "/facts",
    response={200: schema.FactsAnswer, 409: schema.FactsAnswer} | ERRORS,
    summary="File facts",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schema.FactsIn.model_json_schema(ref_template="#/components/schemas/{model}")
                }
            },
        }
    },
)
def file_facts(request: HttpRequest) -> Status[Any]:
    """Store up to 10,000 facts in one call, once each.

    With the mode **each** (the default) the answer is 200: good facts are stored, and each refused one is named by its
    place, its key and its reasons. With the mode **all** nothing is stored as soon as one is refused, and the answer is
    409. A call may be sent again at any time: what was stored is reported as known. Facts are never changed by a call;
    people correct them on their pages.
    """
    facts, keys, whole = read_call(read_body(request))
    try:
        outcomes = ledger.file_sent(sender=sender_of(request), at=clock.now(), facts=facts, whole=whole)
    except ledger.FactsRefused as error:
        return Status(409, _answer(error.outcomes, keys))
    return Status(200, _answer(outcomes, keys))


def _answer(outcomes: Any, keys: list[str | None]) -> dict[str, Any]:
    stored = [one for one in outcomes if one.fact_id is not None]
    warnings: dict[str, list[int]] = {}
    for one in stored:
        for text in one.warnings:
            warnings.setdefault(text, []).append(one.index)
    return {
        "accepted": sum(not one.known for one in stored),
        "known": sum(one.known for one in stored),
        "refused": [
            {
                "index": one.index,
                "key": keys[one.index],
                "problems": [{"field": item.field, "message": item.message} for item in one.problems],
            }
            for one in outcomes
            if one.problems
        ],
        "stored": [
            {"index": one.index, "key": keys[one.index] or "", "id": one.fact_id, "known": one.known} for one in stored
        ],
        "warnings": [{"message": text, "indexes": indexes} for text, indexes in warnings.items()],
    }


class FactsQuery(Schema):
    """Which facts to read."""

    after: int = Field(default=0, ge=0, le=schema.BIG, description="Rows with larger numbers only.")
    limit: int = Field(default=MOST_IN_A_PAGE, ge=1, le=MOST_IN_A_PAGE)
    kind: str = Field(default="", max_length=60, pattern=r"^[a-z0-9_.]*$", description="Code of a kind.")
    from_: date | None = Field(default=None, alias="from", description="First day.")
    until: date | None = Field(default=None, description="Last day.")


@api.get("/facts", response={200: schema.FactsPage} | ERRORS, summary="Read facts")
def read_facts(request: HttpRequest, wanted: Query[FactsQuery]) -> dict[str, Any]:
    """Read the rows of the ledger under the token's unit, in the order in which they were recorded.

    Superseded rows and withdrawals are included, so that a copy can be kept up to date by asking for what is new.
    """
    sender = sender_of(request)
    rows = ledger.visible_facts(sender.actor).filter(pk__gt=wanted.after)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.from_:
        rows = rows.filter(occurred_on__gte=wanted.from_)
    if wanted.until:
        rows = rows.filter(occurred_on__lte=wanted.until)
    later = ledger.Fact.objects.filter(supersedes=OuterRef("pk"))
    found = list(rows.select_related("unit").annotate(superseded=Exists(later)).order_by("pk")[: wanted.limit + 1])
    shown = found[: wanted.limit]
    return {
        "facts": [_row(fact, sender) for fact in shown],
        "next": shown[-1].pk if len(found) > len(shown) else None,
    }


def _row(fact: Any, sender: ledger.Sender) -> dict[str, Any]:
    return {
        "id": fact.pk,
        "kind": fact.kind,
        "unit": fact.unit.code,
        "occurred_on": fact.occurred_on,
        "quantity": fact.quantity,
        "attributes": fact.attributes,
        "key": fact.sender_key if fact.sender == sender.source else "",
        "recorded_at": fact.recorded_at,
        "supersedes": fact.supersedes_id,
        "reason": fact.reason,
        "withdrawn": fact.withdrawn,
        "holds": not fact.superseded and not fact.withdrawn,
    }


@api.get("/kinds", response={200: list[schema.KindOut]} | ERRORS, summary="List the kinds")
def list_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """List every kind of fact with its attributes, in the language of the Accept-Language header."""
    sender = sender_of(request)
    return [
        {
            "code": kind.code,
            "name": str(kind.name),
            "meaning": str(kind.meaning),
            "measure": str(kind.measure),
            "attributes": [
                {
                    "name": item.name,
                    "type": item.type,
                    "required": item.required,
                    "choices": list(item.choices),
                    "meaning": str(item.meaning),
                }
                for item in kind.attributes
            ],
            "in_use": kind.is_active,
            "may_file": kind.is_active and (not sender.kinds or kind.code in sender.kinds),
        }
        for kind in ledger.kinds()
    ]


@api.post("/evidence", response={200: schema.EvidenceOut} | ERRORS, summary="Store a file of evidence")
def store_evidence(request: HttpRequest, file: File[UploadedFile], unit: Form[str]) -> dict[str, Any]:
    """Store one file for a unit (by its code) and get the id to name in the evidence of its facts."""
    try:
        kept = ledger.keep_sent_file(
            sender=sender_of(request),
            at=clock.now(),
            unit=unit,
            upload=ledger.Upload(file.name or "file", cast(BinaryIO, file.file)),
        )
    except evidence.EvidenceRefused as error:
        raise CallRefused(422, str(error)) from None
    return {
        "id": kept.pk,
        "name": kept.name,
        "media_type": kept.media_type,
        "size": kept.size,
        "sha256": kept.sha256,
    }
