"""How many obligations share the same days and state: what the board of lights counts with."""

from django.db import models

from plumbline.organisation.models import Unit


class Tally(models.Model):
    """So many obligations of one unit and area have the same period, days and state.

    No light is kept here, and nothing writes here but the triggers of migration 0002, in the statement that changes the
    obligations: the light of a day follows from the days and the state, whichever day is asked for from now on.
    ``state``: 0 not done, 1 done in time, 2 done late, 3 and 4 the same without all materials, 5 exempt.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    area = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    starts_on = models.DateField()
    warn_on = models.DateField()
    due_on = models.DateField()
    grace_on = models.DateField()
    state = models.PositiveSmallIntegerField()
    number = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "due_on", "area", "period", "starts_on", "warn_on", "grace_on", "state"],
                name="obligation_tally_once",
            ),
        )
