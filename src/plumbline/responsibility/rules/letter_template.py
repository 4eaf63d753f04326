"""Templates: the text of a letter before its parties and its year are known, and how it becomes a letter.

In every text ``{year}``, ``{upper}``, ``{lower}``, ``{upper_post}`` and ``{lower_post}`` stand for the year, the units and
the posts. They are replaced as plain text; other braces stay as they are. Days are given as month and day.
"""

import re
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from plumbline.responsibility.rules.letter_document import (
    MICRO_LIMIT,
    Code,
    DutyLine,
    DutyText,
    Extent,
    LetterText,
    Line,
    PartyText,
    Prose,
    TargetText,
)
from plumbline.responsibility.rules.problems import Refused

_PLACEHOLDER = re.compile(r"\{(?:year|upper|lower|upper_post|lower_post)\}")
_COMMON_YEAR = 2001
"""A year without 29 February: a template must hold in every year."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class DutyPattern(_Part):
    """A duty of a template; ``starts`` and ``due`` are days of the letter's year, such as ``03-31``."""

    code: Code
    title: Line
    line: DutyLine = DutyLine.ORGANISATION
    why: Prose = ""
    how: Prose = ""
    extent_kind: Extent = Extent.STANDARD
    extent_target: Line
    starts: str = "01-01"
    due: str = "12-31"
    post_code: Annotated[str, Field(max_length=40)] = ""
    serves: Annotated[str, Field(max_length=40)] = ""

    @field_validator("starts", "due")
    @classmethod
    def _is_a_day_of_every_year(cls, value: str) -> str:
        try:
            day = date.fromisoformat(f"{_COMMON_YEAR}-{value}")
        except ValueError:
            raise ValueError(_("{value} is not a day of every year, such as 03-31.").format(value=value)) from None
        return f"{day:%m-%d}"


class TargetPattern(_Part):
    """A target of a template with its points in micro-points and its duties."""

    code: Code
    title: Line
    points: Annotated[int, Field(ge=0, le=MICRO_LIMIT, strict=True)]
    duties: tuple[DutyPattern, ...] = ()


class TemplateText(_Part):
    """The text of a template. What its letters' points add up to follows from its targets."""

    title: Line
    preamble: Prose = ""
    targets: tuple[TargetPattern, ...]
    assessment: Prose = ""
    consequences: Prose = ""


def read_template(values: Any) -> TemplateText:
    """Return the template that ``values`` say. Raises Refused with the first thing that is wrong and its place."""
    try:
        return TemplateText.model_validate(values)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(str(first["msg"]).removeprefix("Value error, "), field=place) from problem


def fill(template: TemplateText, *, year: int, upper: PartyText, lower: PartyText) -> LetterText:
    """Return the letter that a template gives between two parties in a year.

    Raises Refused where what comes out is no letter: a code twice, a duty due before it begins, a text grown too long.
    """
    names = {
        "{year}": str(year), "{upper}": upper.unit, "{lower}": lower.unit, "{upper_post}": upper.post,
        "{lower_post}": lower.post,
    }  # fmt: skip
    try:
        return LetterText(
            year=year, upper=upper, lower=lower, title=_said(template.title, names),
            preamble=_said(template.preamble, names), points=sum(one.points for one in template.targets),
            targets=tuple(_target(one, year, names) for one in template.targets),
            assessment=_said(template.assessment, names), consequences=_said(template.consequences, names),
        )  # fmt: skip
    except ValidationError as problem:
        raise Refused(str(problem.errors()[0]["msg"]).removeprefix("Value error, ")) from problem


def _said(text: str, names: dict[str, str]) -> str:
    """Replace the placeholders in one pass, so that a unit whose name looks like one is left alone."""
    return _PLACEHOLDER.sub(lambda found: names[found[0]], text)


def _target(one: TargetPattern, year: int, names: dict[str, str]) -> TargetText:
    duties = tuple(_duty(duty, year, names) for duty in one.duties)
    return TargetText(code=one.code, title=_said(one.title, names), points=one.points, duties=duties)


def _duty(one: DutyPattern, year: int, names: dict[str, str]) -> DutyText:
    return DutyText(
        code=one.code, title=_said(one.title, names), line=one.line, why=_said(one.why, names),
        how=_said(one.how, names), extent_kind=one.extent_kind, extent_target=_said(one.extent_target, names),
        starts_on=date.fromisoformat(f"{year}-{one.starts}"), due_on=date.fromisoformat(f"{year}-{one.due}"),
        post_code=one.post_code, serves=one.serves,
    )  # fmt: skip
