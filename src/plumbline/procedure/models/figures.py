"""Key points: the figures that a job worked out from the events, so that pages only read them."""

from django.db import models

from plumbline.organisation.models import Unit
from plumbline.procedure.models.procedure import Procedure


class FigureRun(models.Model):
    """One working out of a committee's figures, over what ended between two days; a newer one takes its place."""

    committee = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    events = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)


class StepFigure(models.Model):
    """One step (or the whole case, "") of a procedure, over all units (None) or at one of them, in working days."""

    run = models.ForeignKey(FigureRun, on_delete=models.CASCADE, related_name="figures")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended = models.PositiveIntegerField()
    median = models.PositiveIntegerField(null=True)
    most = models.PositiveIntegerField(null=True)
    late = models.PositiveIntegerField()
    limited = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["run", "procedure", "unit"], name="figure_by_procedure"),)
