"""Terms of office that are assessed as units are: leaders' evaluation (decision record 0086)."""

from typing import ClassVar

from django.db import models

from plumbline.organisation.models.post import Appointment
from plumbline.organisation.models.unit import Unit


class AssessedTerm(Unit):
    """A term of office as a unit, made when a committee first assesses it.

    ``led_by`` (its parent in the tree, too) is the committee that assesses; a second committee that assesses the same term
    has a row of its own, so that neither reads what the other found. Names and days follow member, post and appointment
    by triggers (migration 0004).
    """

    unit = models.OneToOneField(Unit, parent_link=True, on_delete=models.CASCADE, related_name="as_term")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="assessed")
    led_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["AssessedTerm"]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["appointment", "led_by"], name="term_assessed_once_by_each"),)
