"""Proofs for programs, as JSON: is this in the log, and has the log only grown."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from plumbline.ledger import api as ledger
from plumbline.web.log.open_files import FOR_A_MOMENT, open_file
from plumbline.web.log.views.files import JSON


def _number(request: HttpRequest, name: str, default: int | None = None) -> int:
    text = request.GET.get(name, "")
    if not text and default is not None:
        return default
    if not text.isdecimal() or len(text) > 18:
        raise ValueError(f"{name} must be a whole number")
    return int(text)


def _answer(document: dict[str, Any], status: int = 200) -> HttpResponse:
    return open_file(json.dumps(document), JSON, FOR_A_MOMENT, status=status)


@require_safe
def inclusion(request: HttpRequest) -> HttpResponse:
    """Prove an entry: ``entry`` is its number, the sha256 of a document or file that it names, or its own hash.

    ``size`` is the size of the tree to prove it in, the newest one by default.
    """
    newest = ledger.newest_checkpoint()
    try:
        size = _number(request, "size", newest.size if newest else 0)
        if newest is None or size > newest.size:
            raise ValueError("the log has no checkpoint of that many entries")
        index = ledger.find_entry(request.GET.get("entry", ""))
        if index is None or index >= size:
            return _answer({"error": "no entry of this log is that, or names it"}, 404)
        hashes, leaf, root = ledger.inclusion(index, size)
    except (ValueError, ledger.TileInvalid) as error:
        return _answer({"error": str(error)}, 400)
    return _answer({"index": index, "size": size, "leaf": leaf.hex(), "hashes": [one.hex() for one in hashes],
                    "root": root.hex()})  # fmt: skip


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """Prove that the log of ``old`` entries is the beginning of that of ``new``, the newest one by default."""
    newest = ledger.newest_checkpoint()
    size = newest.size if newest else 0
    try:
        old, new = _number(request, "old"), _number(request, "new", size)
        if new > size:
            raise ValueError("the log has no checkpoint of that many entries")
        hashes = ledger.consistency_proof(old, new)
        roots = [ledger.root_at(one).hex() for one in (old, new)]
    except (ValueError, ledger.TileInvalid) as error:
        return _answer({"error": str(error)}, 400)
    return _answer({"old": old, "new": new, "old_root": roots[0], "new_root": roots[1],
                    "hashes": [one.hex() for one in hashes]})  # fmt: skip
