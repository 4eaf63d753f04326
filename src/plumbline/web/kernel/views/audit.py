"""The audit: what was changed, by whom, from what to what; and what was refused."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.kernel import audit
from plumbline.web.kernel.forms import AuditFilter
from plumbline.web.kernel.reader import actor_of, is_fragment
from plumbline.web.kernel.words import shown_rows

PER_PAGE = 50


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the entries that match, newest first; administrators and auditors of a part see what they did themselves."""
    actor = actor_of(request, "kernel.read_audit")
    audit.check_read(actor)
    form = AuditFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = Paginator(audit.entries(actor, **AuditFilter.arguments(wanted)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "only_own": not audit.reads_all(actor),
        "rows": shown_rows(audit.rows_of(page.object_list)),
        "page_obj": page,
        "filtered": any(wanted.values()),
    }
    return render(request, "kernel/_audit.html" if is_fragment(request) else "kernel/audit.html", context)
