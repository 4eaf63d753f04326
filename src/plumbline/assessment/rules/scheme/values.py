"""The small values a scheme is made of: exact points, words in two languages, and what facts a rule looks at."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from plumbline.kernel.numbers import MICRO


class Part(BaseModel):
    """Every part of a scheme: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _exact(value: Any) -> Any:
    """Take decimals as they were written; a float has already lost its text, so its shortest form is taken."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _six_places(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -6:
        raise ValueError(_("Give at most six decimal places."))
    if abs(value) > 1_000_000:
        raise ValueError(_("The largest value is 1,000,000."))
    return value.normalize() + 0


Points = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_six_places), Field(ge=0)]
"""Points of zero or more with at most six decimals."""

Amount = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(_six_places)]
"""An exact number with at most six decimals, of either sign."""


def _fraction(value: Any) -> Any:
    """Read a share: ``0.9``, ``90%`` or ``1/3``, exactly."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(Fraction(str(value)))
    if isinstance(value, str):
        text = value.strip()
        try:
            found = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise ValueError(_("Write a share as 0.9, 90% or 1/3.")) from None
        return str(found)
    return value


def _share_range(value: str) -> str:
    share = Fraction(value)
    if not 0 <= share <= 1:
        raise ValueError(_("A share lies between 0 and 1."))
    if share.denominator > 1_000_000:
        raise ValueError(_("A share has a denominator of at most 1,000,000."))
    return value


Share = Annotated[str, BeforeValidator(_fraction), AfterValidator(_share_range)]
"""A share from 0 to 1, kept as an exact fraction in text."""


class Words(Part):
    """A text in English, Chinese or both."""

    en: str = ""
    zh: str = ""


def _words(value: Any) -> Any:
    """Let a plain text stand for both languages."""
    value = _written(value)
    return {"en": value, "zh": value} if isinstance(value, str) else value


Text = Annotated[Words, BeforeValidator(_words)]
Label = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=80)], BeforeValidator(lambda value: _written(value))
]
"""A short name such as a code or a grade: ``1.10`` without quotation marks stays the text 1.10."""
Scalar = Annotated[str, BeforeValidator(lambda value: plain(value))]


def plain(value: Any) -> Any:
    """Return a value as facts' attributes are compared: as text, ``true`` and ``false`` in small letters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, Decimal)) else value


def _written(value: Any) -> Any:
    """Take a number as the text that was written; anything else as it is."""
    return str(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value


def say(words: Words, language: str) -> str:
    """Return the text in ``language`` (``en``, ``zh-hans``...), else in the other one."""
    return (words.zh or words.en) if language.startswith("zh") else (words.en or words.zh)


def micro(value: Decimal) -> int:
    """Return points as micro-points, exactly."""
    return int(value * MICRO)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Values = Annotated[list[Scalar], BeforeValidator(_listed), Field(min_length=1)]

Per = Literal["month", "quarter", "half_year", "year"]


class Source(Part):
    """Which facts a rule looks at: of one kind, where attributes have one of the named values, and what is measured.

    ``facts`` counts them, ``quantity`` adds up their quantities (in the kind's smallest unit), ``periods`` counts the
    periods (``per``) in which at least one lies. Left out, ``per`` means periods, and each type of rule has its own default:
    those that compare results (result, shortfall, rank, ratio_to_best) take the quantity, all others count the facts.
    """

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
    where: dict[str, Values] = Field(default_factory=dict)
    measure: Literal["facts", "quantity", "periods"] = "facts"
    per: Per | None = None

    @model_validator(mode="before")
    @classmethod
    def _per_means_periods(cls, data: Any) -> Any:
        return {"measure": "periods"} | data if isinstance(data, dict) and data.get("per") is not None else data


class ResultSource(Source):
    """A source that is measured by its quantity unless it says otherwise.

    As data it always says what is measured: ``facts``, the default of other sources, is not left out.
    """

    @model_validator(mode="before")
    @classmethod
    def _quantity_unless_told(cls, data: Any) -> Any:
        return {"measure": "quantity"} | data if isinstance(data, dict) and data.get("per") is None else data

    @model_serializer(mode="wrap")
    def _with_measure(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return written | {"measure": self.measure}
