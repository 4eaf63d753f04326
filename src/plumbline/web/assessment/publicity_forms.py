"""Forms of what follows a scoring: the notice, an objection, its answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plumbline.assessment import api as assessment
from plumbline.ledger import api as ledger
from plumbline.web.assessment.inspection_forms import FilesField, uploads_of


class NoticeForm(forms.Form):
    """For how long a result is on public notice, and its words."""

    days = forms.IntegerField(
        label=_("Working days of the notice"), initial=assessment.PUBLIC_DAYS, min_value=1, max_value=60,
        help_text=_("The day of publication does not count; the last day does."),
    )  # fmt: skip
    answer_days = forms.IntegerField(
        label=_("Working days for an answer"), initial=assessment.ANSWER_DAYS, min_value=1, max_value=60
    )
    words = forms.CharField(
        label=_("Words of the notice"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Table, hashes, and how to object are added by themselves."),
    )  # fmt: skip


class ObjectionForm(forms.Form):
    """What a unit says against its published result."""

    node = forms.ChoiceField(label=_("Against what"), required=False)
    words = forms.CharField(
        label=_("What is wrong, and why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    files: Any = FilesField(label=_("Evidence"), required=False, help_text=_("Photos or documents, at most twelve."))
    late_reason = forms.CharField(
        label=_("Why it is taken after its time"), required=False, max_length=500,
        help_text=_("Only the committee takes an objection after its time, with a reason."),
    )  # fmt: skip

    def __init__(self, *args: Any, nodes: Iterable[tuple[str, str]], late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = [("", _("the result as a whole")), *nodes]  # type: ignore[attr-defined]
        if not late:
            del self.fields["late_reason"]

    def uploads(self) -> list[ledger.Upload]:
        """Return the files as the action takes them."""
        return uploads_of(self)


class ObjectionAnswerForm(forms.Form):
    """What an objection comes to, with reasons and the facts that were corrected."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect,
        choices=[("upheld", _("upheld")), ("partly", _("partly upheld")), ("rejected", _("rejected"))],
    )  # fmt: skip
    words = forms.CharField(label=_("Reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    facts = forms.MultipleChoiceField(
        label=_("Facts that were corrected or filed since"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Correct the facts in the ledger first; then name them here."),
    )  # fmt: skip

    def __init__(self, *args: Any, facts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(facts)
        self.fields["facts"].choices = listed  # type: ignore[attr-defined]
        if not listed:
            del self.fields["facts"]


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
