"""What a letter of responsibility says (DOMAIN 7), as a value, and the one way in which it is written down and hashed.

The format is described in docs/letter-format.md. It names units and posts, never persons: who signed stands beside it.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from plumbline.responsibility.rules.problems import Refused

FORMAT = 1
"""Version of the format; a document of another version is refused, never guessed at."""
MICRO_LIMIT = 1_000_000_000_000
"""Most micro-points of one target: a million points. More is a slip of the pen."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Prose = Annotated[str, Field(max_length=5_000)]


class DutyLine(StrEnum):
    """The two responsibilities of one post (一岗双责)."""

    BUSINESS = "business"
    ORGANISATION = "organisation"


class Extent(StrEnum):
    """How "to what extent" is measured."""

    NUMBER = "number"
    SHARE = "share"
    DATE = "date"
    STANDARD = "standard"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PartyText(_Part):
    """One side of a letter: a unit and the post whose holder signs for it."""

    unit_code: Line
    unit: Line
    post_code: Line
    post: Line


class DutyText(_Part):
    """One duty by the six questions; ``post_code`` names the post of the lower unit that has it, "" the whole unit.

    ``serves`` is the code of a duty of the level above that this one serves; "" for none.
    """

    code: Code
    title: Line
    line: DutyLine = DutyLine.ORGANISATION
    why: Prose = ""
    how: Prose = ""
    extent_kind: Extent = Extent.STANDARD
    extent_target: Line
    starts_on: date
    due_on: date
    post_code: Annotated[str, Field(max_length=40)] = ""
    serves: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.due_on < self.starts_on:
            raise ValueError(_("Duty {code} is due before it begins.").format(code=self.code))
        return self


class TargetText(_Part):
    """One line of the annex table: an aim, its points in micro-points, and the duties by which it is reached."""

    code: Code
    title: Line
    points: Annotated[int, Field(ge=0, le=MICRO_LIMIT, strict=True)]
    duties: tuple[DutyText, ...] = ()


class LetterText(_Part):
    """The whole text of a letter, of an annex to one, or of an accession; ``points`` is what the targets add up to."""

    format: int = FORMAT
    year: Annotated[int, Field(ge=2000, le=2100)]
    title: Line
    upper: PartyText
    lower: PartyText
    preamble: Prose = ""
    points: Annotated[int, Field(ge=0, strict=True)]
    targets: tuple[TargetText, ...]
    assessment: Prose = ""
    consequences: Prose = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.format != FORMAT:
            raise ValueError(_("This letter has format {format}, which is not known here.").format(format=self.format))
        if total(self) != self.points:
            raise ValueError(_("The points of the targets do not add up to the points of the letter."))
        _check_codes([target.code for target in self.targets])
        _check_codes([duty.code for _target, duty in duties_in(self)])
        for _target, duty in duties_in(self):
            if duty.starts_on.year != self.year or duty.due_on.year != self.year:
                raise ValueError(_("Duty {code} does not lie within the year of the letter.").format(code=duty.code))
        return self


def _check_codes(codes: list[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(_("The code {code} is used twice.").format(code=twice[0]))


def total(text: LetterText) -> int:
    """Return the points of all targets, in micro-points."""
    return sum(target.points for target in text.targets)


def duties_in(text: LetterText) -> Iterator[tuple[TargetText, DutyText]]:
    """Yield every duty with its target, in the order of the letter."""
    for target in text.targets:
        for duty in target.duties:
            yield target, duty


def shared_points(text: LetterText) -> Iterator[tuple[TargetText, DutyText, int]]:
    """Yield the duties with their target and points: a target's are shared evenly, what is left over goes to the first."""
    for target in text.targets:
        for place, duty in enumerate(target.duties):
            share, rest = divmod(target.points, len(target.duties))
            yield target, duty, share + (rest if place == 0 else 0)


def read_letter(values: Any) -> LetterText:
    """Return the letter that ``values`` (as JSON knows them) say. Raises Refused with the first thing wrong and its place."""
    try:
        return LetterText.model_validate(values)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(str(first["msg"]).removeprefix("Value error, "), field=place) from problem


def canonical(text: LetterText) -> str:
    """Return the letter as canonical JSON: every field, keys sorted, no spaces, days as ISO text, no ASCII escapes."""
    return json.dumps(
        text.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def hash_of(text: LetterText, salt: str) -> str:
    """Return the sha256 as hex of the salt, a line feed and the canonical JSON, as UTF-8.

    The salt (random, kept beside the letter and printed on it) keeps a published hash from being found by guessing.
    """
    return hashlib.sha256(f"{salt}\n{canonical(text)}".encode()).hexdigest()


def signer_hash(salt: str, side: str, pseudonym: str) -> str:
    """Return what the log says of a signer: a salted sha256 as hex, which names nobody without the letter."""
    return hashlib.sha256(f"{salt}\n{side}\n{pseudonym}".encode()).hexdigest()
