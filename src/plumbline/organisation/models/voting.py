"""Versions of the rules of quorum and majority that an installation adds to the shipped table."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class VotingRuleVersion(models.Model):
    """How a matter is put to the vote from a day on: exact fractions, the operators, and what they are taken of.

    The shipped versions stand in ``rules.voting_table`` (DOMAIN 3.2); a row for the same matter and day takes the place
    of a shipped one. The newest version that is in force on the day of the vote decides.
    """

    matter = models.CharField(_("matter"), max_length=40)
    effective_on = models.DateField(_("in force from"))
    quorum_numerator = models.PositiveSmallIntegerField(_("quorum: numerator"))
    quorum_denominator = models.PositiveSmallIntegerField(_("quorum: denominator"))
    quorum_strict = models.BooleanField(_("quorum: more than (not: at least)"))
    pass_numerator = models.PositiveSmallIntegerField(_("majority: numerator"))
    pass_denominator = models.PositiveSmallIntegerField(_("majority: denominator"))
    pass_strict = models.BooleanField(_("majority: more than (not: at least)"))
    pass_of = models.CharField(_("majority of"), max_length=10)
    written_opinions_count = models.BooleanField(_("written opinions of the absent count"), default=False)
    basis = models.CharField(_("basis"), max_length=200)

    class Meta:
        ordering = ("matter", "effective_on")
        constraints = (
            models.UniqueConstraint(fields=["matter", "effective_on"], name="voting_rule_once_a_day"),
            models.CheckConstraint(
                name="voting_rule_fractions",
                condition=Q(quorum_denominator__gt=0, pass_denominator__gt=0)
                & Q(quorum_numerator__lte=F("quorum_denominator"), pass_numerator__lte=F("pass_denominator")),
            ),
        )
