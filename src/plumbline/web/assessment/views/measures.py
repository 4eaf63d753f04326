"""Measures: wide tables made into an index, and what a result says of its indicators and of one unit."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, sheets
from plumbline.web.assessment import measure_documents, measure_words
from plumbline.web.assessment.measure_forms import ChoiceForm, MeasureForm, PeriodForm
from plumbline.web.assessment.shown import class_title
from plumbline.web.assessment.views import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def measures(request: HttpRequest) -> HttpResponse:
    """List the tables that were brought in; check one or bring it in."""
    actor = actor_of(request)
    tables = assessment.measures(actor)
    form = MeasureForm(request.POST if request.method == "POST" else None, request.FILES or None)
    problems: tuple[sheets.Problem, ...] = ()
    if form.is_bound and form.is_valid():
        try:
            return _bring(request, form)
        except sheets.SheetError as error:
            problems = error.problems
        except assessment.Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    context = {
        "tables": tables, "form": form, "problems": problems, "may_import": assessment.home_of(actor) is not None,
        "year": clock.today().year,
    }  # fmt: skip
    return render(request, "assessment/measures.html", context, status=422 if problems or form.errors else 200)


def _bring(request: HttpRequest, form: MeasureForm) -> HttpResponse:
    """Check the file or bring it in, and say what it holds."""
    file = form.cleaned_data["file"]
    found = assessment.import_measures(
        by=actor_of(request), at=clock.now(), title=form.cleaned_data["title"], stream=file, name=file.name,
        structure=form.cleaned_data["structure"], check_only="check" in request.POST,
    )  # fmt: skip
    told = _("{units} units, {indicators} indicators in {groups} groups, {holes} values missing.").format(
        units=found.checked.units,
        indicators=found.checked.indicators,
        groups=found.checked.groups,
        holes=found.checked.holes,
    )
    if found.table is None:
        messages.success(request, _("The file can be brought in: {told} Nothing was stored.").format(told=told))
        return redirect("assessment:measures")
    if found.identical:
        messages.info(request, _("This table is here already; nothing was changed."))
    else:
        messages.success(request, _("Brought in: {told}").format(told=told))
    return redirect("assessment:measure", found.table.pk)


@require_safe
def measure(request: HttpRequest, table_id: int) -> HttpResponse:
    """Show a table made into an index as the reader chooses."""
    form = ChoiceForm(request.GET if "way" in request.GET else None)
    page = assessment.measure_page(actor_of(request), table_id, **form.chosen())
    context = {
        "shown": page, "table": page.table, "form": form, "lines": measure_words.index_rows(page),
        "words": measure_words.of_index(page), "chart": measure_words.index_chart(page),
        "published": any(line.published for line in page.lines), "query": request.GET.urlencode(),
        "normal": measure_words.normal_table(page),
    }  # fmt: skip
    return render(request, "assessment/measure.html", context)


@require_safe
def measure_sheet(request: HttpRequest, table_id: int) -> HttpResponse:
    """Give the index as a workbook: ranks and sums, the indicators made comparable, and what was done on the way."""
    form = ChoiceForm(request.GET if "way" in request.GET else None)
    page = assessment.measure_page(actor_of(request), table_id, **form.chosen())
    return measure_documents.index_excel(page)


@require_POST
def remove(request: HttpRequest, table_id: int) -> HttpResponse:
    """Take a table away."""
    assessment.remove_measures(by=actor_of(request), at=clock.now(), table_id=table_id)
    messages.success(request, _("The table was taken away."))
    return redirect("assessment:measures")


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Give the template of a wide table; with a period, filled with the results that departments reported in it."""
    actor = actor_of(request)
    today = clock.today()
    form = PeriodForm(request.GET if "from_on" in request.GET else None)
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    if form.is_valid():
        first, last = form.cleaned_data["from_on"], form.cleaned_data["until_on"]
    found = assessment.results_sheets(actor, first, last)
    if form.is_bound and not found[2]:
        messages.warning(request, _("No results were reported in this period."))
        return redirect("assessment:measures")
    return measure_documents.template_excel(*found)


@require_safe
def indicators(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show what the result of one class says of its indicators."""
    page = assessment.indicators_page(actor_of(request), round_id, klass=request.GET.get("class", ""))
    context = {
        "shown": page, "round": page.round, "classes": [(klass, class_title(klass)) for klass in page.classes],
        "words": measure_words.of_indicators(page), "charts": measure_words.indicator_charts(page),
        "pairs": measure_words.pair_rows(page), "rows": measure_words.indicator_rows(page),
        "blocks": measure_words.block_rows(page),
        "counted": ngettext("{n} unit is scored in this class.", "{n} units are scored in this class.", page.units).format(
            n=page.units
        ),
    }  # fmt: skip
    return render(request, "assessment/indicators.html", context)


@require_safe
def indicators_sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the same as a workbook, with the whole table of correlations."""
    page = assessment.indicators_page(actor_of(request), round_id, klass=request.GET.get("class", ""))
    return measure_documents.indicators_excel(page)


@require_safe
def profile(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Show one unit against its class: strengths, weaknesses, what makes up its distance, and the years."""
    page = assessment.profile_page(actor_of(request), round_id, unit_id)
    context = {
        "shown": page, "round": page.round, "klass": class_title(page.klass), "words": measure_words.of_profile(page),
        "rows": measure_words.profile_rows(page), "charts": measure_words.profile_charts(page),
    }  # fmt: skip
    return render(request, "assessment/profile.html", context)


@require_safe
def profile_sheet(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Give the same as a workbook: the indicators beside the class, and the years."""
    return measure_documents.profile_excel(assessment.profile_page(actor_of(request), round_id, unit_id))
