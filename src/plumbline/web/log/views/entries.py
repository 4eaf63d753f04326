"""The list of entries, and the page of one with its proof."""

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.ledger import api as ledger
from plumbline.web.log.kinds import WORDS, kind_words
from plumbline.web.log.open_files import FOR_A_MOMENT, FOR_EVER, open_file
from plumbline.web.log.views import qr, whole_address
from plumbline.web.log.views.files import JSON, TEXT


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List what was published, the newest first; narrowed by kind, words or a sha256, and days."""
    asked = request.GET
    wanted = ledger.LogFilter(
        asked.get("kind", ""),
        asked.get("q", "").strip()[:200],
        _day(asked.get("from", "")),
        _day(asked.get("until", "")),
    )
    page = ledger.entries_page(wanted, before=_key(asked.get("before", "")), after=_key(asked.get("after", "")))
    query = asked.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    context = {
        "found": page,
        "rows": [(row, kind_words(row.kind), _title(row.entry)) for row in page.rows],
        "kinds": sorted(WORDS.items(), key=lambda item: str(item[1])),
        "wanted": wanted,
        "filtered": any((wanted.kind, wanted.words, wanted.from_, wanted.until)),
        "query": query.urlencode(),
    }
    return render(request, "log/entries.html", context)


def _title(entry: ledger.LogDocument | None) -> str:
    """Return the words by which a person recognises what was published."""
    if entry is None:
        return ""
    for name in ("title", "round", "file", "origin"):
        if isinstance(entry.document.get(name), str):
            return str(entry.document[name])
    return entry.subject


def _found(number: int) -> ledger.EntryView:
    view = ledger.entry_view(number)
    if view is None:
        raise Http404
    return view


@require_safe
def entry(request: HttpRequest, entry_number: int) -> HttpResponse:
    """Show one entry: what was published and when, its hash, its proof, and how to check it."""
    view = _found(entry_number)
    link = whole_address(request, "entry", entry_number)
    context: dict[str, Any] = {
        "view": view,
        "kind": kind_words(view.entry.kind) if view.entry else "",
        "title": _title(view.entry),
        "rows": _rows(view.entry.document) if view.entry else [],
        "text": view.data.decode("utf-8", "replace"),
        "leaf": view.leaf.hex(),
        "fits": ledger.leaf_hash(view.data) == view.leaf,
        "root": bytes(view.checkpoint.root).hex(),
        "hashes": [one.hex() for one in view.proof.hashes] if view.proof else [],
        "link": link,
        "qr": qr(link),
    }
    return render(request, "log/entry.html", context)


def _rows(document: Any) -> list[tuple[str, str]]:
    """Return the fields of a document as they are written, inner ones as JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in sorted(document.items())
    ]


@require_safe
def data(_request: HttpRequest, entry_number: int) -> HttpResponse:
    """Give the bytes of an entry as they were hashed."""
    answer = open_file(_found(entry_number).data, JSON, FOR_EVER)
    answer["Content-Disposition"] = f'attachment; filename="entry-{entry_number}.json"'
    return answer


@require_safe
def proof(_request: HttpRequest, entry_number: int) -> HttpResponse:
    """Give the proof of an entry as one text (C2SP tlog-proof) that is checked without asking anybody."""
    found = _found(entry_number).proof
    if found is None:
        return open_file(
            "The database gives no proof of this entry: rows of the log are missing.\n", TEXT, FOR_A_MOMENT, 409
        )
    answer = open_file(str(found), TEXT, FOR_A_MOMENT)
    answer["Content-Disposition"] = f'attachment; filename="entry-{entry_number}.tlog-proof"'
    return answer
