"""What recurs by the calendar, and how far it has come."""

from django.db import models


class RecurringRun(models.Model):
    """The newest period for which a kind of recurring work was started; one row for each kind."""

    kind = models.CharField(max_length=80, primary_key=True)
    period = models.DateField()
    started_at = models.DateTimeField()
