"""A light rule as a form that reads like sentences: stages and consequences, a row each; empty rows say nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from plumbline.obligation import api as obligation

SPARE_STAGES, SPARE_CONSEQUENCES = 3, 2
"""Empty rows offered below those that are filled."""
_EVERY_ROW = {"empty_permitted": False, "use_required_attribute": False}
"""Rows count as they stand, also those that nobody touched; an empty choice leaves one out."""
_COLOURS = [(one.value, obligation.COLOUR_NAMES[one]) for one in obligation.COLOURS if one.value != "grey"]
_LATE = [one for one in _COLOURS if one[0] != "green"]


class RuleForm(forms.Form):
    """What concerns the rule as a whole."""

    name = forms.CharField(label=_("Name"), max_length=120)
    starts_on = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today or later: the board of a past day keeps the rule of that day."),
    )  # fmt: skip
    basis = forms.CharField(label=_("Basis"), max_length=300, required=False, help_text=_("The document it rests on."))
    warn = forms.ChoiceField(label=_("From the day of the warning it is"), choices=_COLOURS)
    late_keeps = forms.ChoiceField(label=_("What was done late is shown afterwards"), choices=_COLOURS)
    incomplete_counts = forms.BooleanField(
        label=_("What was done without all its materials counts as done"), required=False
    )
    important_from = forms.IntegerField(label=_("Important work begins at stage"), min_value=1, max_value=9, initial=1)


class StageForm(forms.Form):
    """One stage of being late: for which work, which colour, from when."""

    period = forms.ChoiceField(
        label=_("Which work"), required=False, choices=[("", _("(no stage)")), *obligation.PERIOD_NAMES.items()]
    )
    colour = forms.ChoiceField(label=_("the light is"), choices=_LATE, initial="red", required=False)
    days = forms.IntegerField(label=_("working days"), min_value=0, max_value=366, initial=0, required=False)
    after = forms.ChoiceField(label=_("counted"), choices=list(obligation.AFTER_NAMES.items()), required=False)


class ConsequenceForm(forms.Form):
    """What follows a light."""

    slip = forms.ChoiceField(
        label=_("Propose"), required=False,
        choices=[("", _("(nothing)")), *((kind.value, said) for kind, said in obligation.SLIP_KINDS.items())],
    )  # fmt: skip
    colour = forms.ChoiceField(label=_("for lights that are"), choices=_LATE, initial="red", required=False)
    nth = forms.IntegerField(label=_("from number … of a year"), min_value=1, max_value=366, initial=1, required=False)
    in_a_row = forms.IntegerField(label=_("or periods running"), min_value=1, max_value=366, initial=1, required=False)
    points = forms.IntegerField(label=_("points"), min_value=-100, max_value=0, initial=0, required=False)


class LightRuleForms:
    """The three forms together. ``draft`` is what they say; problems stand at the form that must change."""

    def __init__(self, data: Any = None, *, rule: obligation.LightRule, initial: Any = None) -> None:
        stages = [
            {"period": period, **stage.model_dump(mode="json")}
            for period, listed in rule.stages.items()
            for stage in listed
        ]
        follows = [one.model_dump(mode="json") for one in rule.consequences]
        about = rule.model_dump(mode="json", include={"warn", "late_keeps", "incomplete_counts", "important_from"})
        self._code = rule.code
        self.rule = RuleForm(data, initial={**about, **(initial or {})})
        stage_rows = forms.formset_factory(StageForm, extra=SPARE_STAGES, max_num=20, absolute_max=20)
        follow_rows = forms.formset_factory(ConsequenceForm, extra=SPARE_CONSEQUENCES, max_num=12, absolute_max=12)
        self.stages = stage_rows(data, initial=stages, prefix="stages", form_kwargs=_EVERY_ROW)
        self.follows = follow_rows(data, initial=follows, prefix="follows", form_kwargs=_EVERY_ROW)

    def draft(self) -> obligation.LightRuleDraft | None:
        """Return what the forms say, or None where something must change first."""
        if not all([self.rule.is_valid(), self.stages.is_valid(), self.follows.is_valid()]):
            return None
        given = self.rule.cleaned_data
        try:
            rule = obligation.LightRule(
                code=self._code, warn=given["warn"], stages=self._stages(), late_keeps=given["late_keeps"],
                incomplete_counts=given["incomplete_counts"], important_from=given["important_from"],
                consequences=self._consequences(),
            )  # fmt: skip
        except ValidationError as problem:
            for one in problem.errors():
                self.rule.add_error(None, str(one["msg"]).removeprefix("Value error, "))
            return None
        return obligation.LightRuleDraft(given["name"], given["starts_on"], rule, given["basis"])

    def _stages(self) -> dict[str, tuple[obligation.Stage, ...]]:
        found: dict[str, tuple[obligation.Stage, ...]] = {}
        for row in self.stages.cleaned_data:
            if period := row.get("period"):
                stage = obligation.Stage(
                    colour=row["colour"] or "red", days=row["days"] or 0, after=row["after"] or "grace"
                )
                found[period] = (*found.get(period, ()), stage)
        return found

    def _consequences(self) -> tuple[obligation.Consequence, ...]:
        return tuple(
            obligation.Consequence(
                slip=row["slip"], colour=row["colour"] or "red", nth=row["nth"] or 1, in_a_row=row["in_a_row"] or 1,
                points=row["points"] or 0,
            )
            for row in self.follows.cleaned_data
            if row.get("slip")
        )  # fmt: skip

    def take(self, problem: obligation.Refused) -> None:
        """Show why the action was refused, at the field that must change."""
        self.rule.add_error(problem.field if problem.field in self.rule.fields else None, str(problem))
