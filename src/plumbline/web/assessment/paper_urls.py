"""Addresses of the papers of a round."""

from django.urls import path, register_converter

from plumbline.web.assessment.views import papers


class Form:
    """A paper is PDF or Word."""

    regex = "pdf|docx"

    def to_python(self, value: str) -> str:
        """Return it as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it stands."""
        return value


register_converter(Form, "paper")

urlpatterns = [
    path("rounds/<int:round_id>/notice.<paper:form>", papers.notice, name="notice"),
    path("rounds/<int:round_id>/report.<paper:form>", papers.report, name="report-file"),
    path("rounds/<int:round_id>/report/", papers.make_report, name="report-make"),
    path("rounds/<int:round_id>/units/<int:unit_id>/sheet.<paper:form>", papers.unit_sheet, name="unit-sheet"),
]
