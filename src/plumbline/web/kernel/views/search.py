"""One search for people, organisations, facts and whatever areas put into it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.kernel import search as index
from plumbline.web.kernel.reader import actor_of, is_fragment
from plumbline.web.kernel.words import kind_word

LIMIT = 50
SUGGESTED = 8
LONGEST_QUERY = 200


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found for ``q``; htmx gets a short list of suggestions while somebody types."""
    actor = actor_of(request, "kernel.search")
    asked = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    suggesting = is_fragment(request)
    hits = index.find(actor, asked, SUGGESTED if suggesting else LIMIT)
    groups: dict[str, list[index.Hit]] = {}
    for hit in hits:
        groups.setdefault(kind_word(hit.kind), []).append(hit)
    context = {"asked": asked, "groups": groups, "count": len(hits), "capped": len(hits) == LIMIT}
    return render(request, "kernel/_suggestions.html" if suggesting else "kernel/search.html", context)
