"""A procedure as a document: ordered key steps with who, by when, what must be shown and which form is filled.

A step names the steps after which it comes. Where several come after one, the branches run in parallel; where one comes after
several, it waits for all of them. The limits are in working days; None means that there is none.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Place = Literal["unit", "above", "top", "person"]
"""At which level somebody is responsible: the unit itself, the level above, the top of the tree, or the person concerned."""

PLACES: tuple[Place, ...] = ("unit", "above", "top", "person")
ROLES = ("secretary", "organiser", "administrator", "inspector")
"""Roles that may be responsible for a step."""

FieldType = Literal["text", "long", "integer", "date", "boolean", "choice"]
FIELD_TYPES: tuple[FieldType, ...] = ("text", "long", "integer", "date", "boolean", "choice")

MOST_STEPS = 100
MOST_FIELDS = 20
LONGEST_LIMIT = 1_500
"""Working days in six years: a limit beyond is a slip of the pen."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class _Part(BaseModel):
    """What all parts share: nothing unknown, nothing changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Words(_Part):
    """A text in both languages; one of them may be empty, never both where a text is asked for."""

    en: Annotated[str, Field(max_length=1000)] = ""
    zh: Annotated[str, Field(max_length=1000)] = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    def say(self, language: str) -> str:
        """Return the text in a language, or in the other one where it is missing there."""
        return (self.zh or self.en) if language.startswith("zh") else (self.en or self.zh)


class FormField(_Part):
    """One field that is filled where the step is completed; ``personal`` ones are kept apart and can be erased."""

    name: Code
    label: Words
    type: FieldType = "text"
    required: bool = False
    choices: tuple[Words, ...] = ()
    personal: bool = False


class Who(_Part):
    """Who is responsible: a role, or a post by its code or title, at a level. For the person concerned neither counts."""

    at: Place = "unit"
    role: Literal["secretary", "organiser", "administrator", "inspector"] = "secretary"
    post: Annotated[str, Field(max_length=40)] = ""


class Step(_Part):
    """One step. ``key`` steps cannot be left out without a recorded reason; ``repeats`` may be done several times."""

    code: Code
    title: Words
    how: Words = Words()
    after: tuple[Code, ...] = ()
    who: Who = Who()
    limit: Annotated[int, Field(ge=0, le=LONGEST_LIMIT)] | None = None
    evidence: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    form: Annotated[tuple[FormField, ...], Field(max_length=MOST_FIELDS)] = ()
    key: bool = True
    repeats: bool = False


class Procedure(_Part):
    """A whole procedure. ``concerns`` says whether its cases are about a person, and ``limit`` is that of the whole."""

    code: Code
    title: Words
    about: Words = Words()
    basis: Words = Words()
    concerns: Literal["unit", "person"] = "unit"
    limit: Annotated[int, Field(ge=0, le=LONGEST_LIMIT)] | None = None
    steps: Annotated[tuple[Step, ...], Field(max_length=MOST_STEPS)] = ()

    def step(self, code: str) -> Step:
        """Return the step with a code. Raises KeyError."""
        for one in self.steps:
            if one.code == code:
                return one
        raise KeyError(code)

    def followers(self, code: str) -> tuple[str, ...]:
        """Return the codes of the steps that come right after one."""
        return tuple(one.code for one in self.steps if code in one.after)

    def descendants(self, code: str) -> frozenset[str]:
        """Return the codes of all steps that come after one, by any way."""
        found: set[str] = set()
        open_ = list(self.followers(code))
        while open_:
            one = open_.pop()
            if one not in found:
                found.add(one)
                open_.extend(self.followers(one))
        return frozenset(found)

    def ancestors(self, code: str) -> frozenset[str]:
        """Return the codes of all steps before one, by any way."""
        return frozenset(one.code for one in self.steps if code in self.descendants(one.code))

    def as_document(self) -> dict[str, Any]:
        """Return the plain data; what says nothing is left out, so that files stay readable."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return the procedure of plain data. Raises ValidationError of pydantic; ``faults_of`` puts it in words."""
        return cls.model_validate(dict(document))


def places_of(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """Return (place, what is wrong there) for each fault of a document, the place as ``steps.3.limit``."""
    return tuple((".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors())
