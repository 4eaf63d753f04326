"""What programs send and get, as pydantic models; the OpenAPI document is made from them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr

BIG = 2**63 - 1
AttributeValue = StrictStr | StrictBool | StrictInt | list[StrictStr] | None


class FactIn(Schema):
    """One fact. Kinds, attributes and measures stand under GET /kinds."""

    model_config = ConfigDict(extra="forbid")

    key: StrictStr = Field(
        min_length=1,
        max_length=120,
        description="Your own key for the fact. The same key with the same contents is known and not stored twice; "
        "with other contents it is refused.",
    )
    kind: StrictStr = Field(min_length=1, max_length=60, description="Code of the kind, such as meeting.held.")
    unit: StrictStr = Field(min_length=1, max_length=40, description="Code of the unit that the fact is about.")
    occurred_on: date = Field(description="The day it happened.")
    quantity: StrictInt = Field(default=1, description="In the kind's smallest unit: minutes, votes, millionths.")
    attributes: dict[str, AttributeValue] = Field(default={}, description="By name, as the kind says.")
    member: StrictStr | None = Field(
        default=None, max_length=40, description="Number of the member, where the fact is about one."
    )
    evidence: list[Annotated[StrictInt, Field(ge=1, le=BIG)]] = Field(
        default=[], max_length=50, description="Ids that POST /evidence gave."
    )


class FactsIn(Schema):
    """A call with up to 10,000 facts."""

    model_config = ConfigDict(extra="forbid")

    facts: list[FactIn] = Field(max_length=10_000)
    mode: Literal["each", "all"] = Field(
        default="each",
        description="each: good facts are stored and the refused ones named. all: one refused fact leaves all unstored.",
    )


class ProblemOut(Schema):
    """One thing wrong with a fact: the field, and a sentence that says how to mend it."""

    field: str
    message: str


class RefusedOut(Schema):
    """A fact that was not stored."""

    index: int = Field(description="Place in the call, beginning with 0.")
    key: str | None = Field(description="Your key, where it could be read.")
    problems: list[ProblemOut]


class StoredOut(Schema):
    """A fact that stands in the ledger."""

    index: int
    key: str
    id: int = Field(description="Number of the fact in the ledger.")
    known: bool = Field(description="True where an earlier call had stored it.")


class WarningOut(Schema):
    """Something to know about stored facts, such as a round that was frozen before they came."""

    message: str
    indexes: list[int]


class FactsAnswer(Schema):
    """What became of every fact of the call."""

    accepted: int = Field(description="Facts stored by this call.")
    known: int = Field(description="Facts that earlier calls had stored.")
    refused: list[RefusedOut]
    stored: list[StoredOut]
    warnings: list[WarningOut]


class FactOut(Schema):
    """A row of the ledger. Rows never change; a correction is a new row that supersedes."""

    id: int
    kind: str
    unit: str
    occurred_on: date
    quantity: int
    attributes: dict[str, Any]
    key: str = Field(description="Your key, for facts of your own; otherwise empty.")
    recorded_at: datetime
    supersedes: int | None
    reason: str
    withdrawn: bool = Field(description="True for a row that takes the superseded fact away.")
    holds: bool = Field(description="True where nothing supersedes the row and it is no withdrawal.")


class FactsPage(Schema):
    """Rows by number; ask again with ``after`` = ``next`` until ``next`` is null."""

    facts: list[FactOut]
    next: int | None


class AttributeOut(Schema):
    """An attribute of a kind."""

    name: str
    type: Literal["text", "integer", "boolean", "date", "choice", "list"]
    required: bool
    choices: list[str]
    meaning: str


class KindOut(Schema):
    """A kind of fact."""

    code: str
    name: str
    meaning: str
    measure: str = Field(description="What one of the quantity stands for.")
    attributes: list[AttributeOut]
    in_use: bool
    may_file: bool = Field(description="Whether this token may file the kind.")


class EvidenceOut(Schema):
    """A stored file; give its id in the evidence of a fact of the same unit."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class ErrorOut(Schema):
    """Why the whole call was not taken."""

    error: str
