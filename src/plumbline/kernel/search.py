"""One search for all areas: Chinese and English words, pinyin and initials, on a ``tsvector`` that we cut ourselves.

The text is folded by NFKC; Latin words stand as they are; runs of Chinese become words (``rjieba``), single characters and
bigrams; a title's pinyin and initials are kept from every syllable onward, so that ``caizheng`` and ``czj`` find 清河县财政局.
A query asks for every one of its parts, Latin ones as prefixes. Areas call ``put`` in the action that changes an object.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from django.db import connection
from django.db.models import Q, QuerySet

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import SearchEntry
from plumbline.kernel.names import syllables

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W{_HAN}]+")
"""Chinese runs, and runs of other letters and digits; neither holds a mark that means something in a ``tsquery``."""
_LONGEST = 60
_MOST_RUNS = 12
_LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One object found: its kind, title, a line about it and its page."""

    kind: str
    object_id: str
    title: str
    summary: str
    url: str


@dataclass(frozen=True, slots=True)
class Searchable:
    """An object to put into the search; ``path`` limits who finds it, "" is everyone signed in."""

    kind: str
    object_id: str
    title: str
    url: str
    body: str = ""
    path: str = ""


def _runs(text: str) -> list[str]:
    """Return the Chinese and Latin runs of a text, in one width and case."""
    return _RUN.findall(normalize("NFKC", text).lower())


def _chinese(run: str) -> bool:
    return run[0] >= "\u3400"


def words_of(text: str) -> set[str]:
    """Return the tokens of a text: Latin words, Chinese words, single characters and bigrams."""
    import rjieba  # slow to load: pages that search nothing do not wait for it

    found: set[str] = set()
    for run in _runs(text):
        if not _chinese(run):
            found.add(run[:_LONGEST])
            continue
        found.update(run)
        found.update(run[start : start + 2] for start in range(len(run) - 1))
        found.update(word[:_LONGEST] for word in rjieba.cut(run))
    return found


def sounds_of(title: str) -> set[str]:
    """Return pinyin and initials of a title from every syllable onward, so that a prefix finds any part of it."""
    found: set[str] = set()
    for run in _runs(title):
        if not _chinese(run):
            continue
        for read in (syllables(run), syllables(run, person=True)):
            for start in range(len(read)):
                found.add("".join(read[start:])[:_LONGEST])
                found.add("".join(part[0] for part in read[start:])[:_LONGEST])
    return found


def tokens(title: str, body: str = "") -> list[str]:
    """Return everything under which an object is found, sorted."""
    return sorted(words_of(title) | words_of(body[:_LONGEST_BODY]) | sounds_of(title))


def query_of(text: str) -> str:
    """Return the ``tsquery`` of what somebody typed, "" where nothing in it can be searched.

    Each Chinese run asks for all its bigrams (a lone character for itself), each Latin run for words that begin with it;
    ``qing he`` is found as ``qinghe`` too.
    """
    runs = [run[:_LONGEST] for run in _runs(text)[:_MOST_RUNS]]
    parts: list[str] = []
    for run in runs:
        if not _chinese(run):
            parts.append(f"'{run}':*")
        elif len(run) == 1:
            parts.append(f"'{run}'")
        else:
            parts += [f"'{run[start : start + 2]}'" for start in range(min(len(run), 20) - 1)]
    asked = " & ".join(parts)
    if len(runs) > 1 and not any(_chinese(run) for run in runs):
        return f"({asked}) | '{''.join(runs)[:_LONGEST]}':*"
    return asked


_PUT = """
INSERT INTO kernel_searchentry (kind, object_id, title, summary, url, path, words, put_at)
VALUES (%s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]), %s)
ON CONFLICT (kind, object_id) DO UPDATE SET title = EXCLUDED.title, summary = EXCLUDED.summary, url = EXCLUDED.url,
    path = EXCLUDED.path, words = EXCLUDED.words, put_at = EXCLUDED.put_at
"""


def put_many(entries: list[Searchable], *, at: datetime) -> None:
    """Put objects into the search, or renew them, in the caller's transaction."""
    rows = [
        (
            one.kind,
            str(one.object_id),
            one.title[:300],
            one.body[:300],
            one.url,
            one.path,
            tokens(one.title, one.body),
            at,
        )
        for one in entries
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, rows)


def put(*, kind: str, object_id: int | str, title: str, url: str, at: datetime, body: str = "", path: str = "") -> None:
    """Put one object into the search, or renew it, in the caller's transaction."""
    put_many([Searchable(kind, str(object_id), title, url, body, path)], at=at)


def remove(kind: str, object_id: int | str) -> None:
    """Take an object out of the search; nothing happens where it is not in it."""
    SearchEntry.objects.filter(kind=kind, object_id=str(object_id)).delete()


def _visible(actor: Actor) -> QuerySet[SearchEntry]:
    """Return what the actor may find: everything open to all signed in, and what lies under their grants."""
    if actor.is_anonymous:
        return SearchEntry.objects.none()
    if actor.is_superuser:
        return SearchEntry.objects.all()
    within = Q(path="")
    for grant in {grant.path for grant in actor.grants}:
        within |= Q(path__startswith=grant)
    return SearchEntry.objects.filter(within)


def find(actor: Actor, text: str, limit: int = 20, *, kind: str = "") -> list[Hit]:
    """Return the best hits that the actor may see; one SQL statement.

    Titles that begin with the text come first, then those that contain it, then the rest by how much of them was asked for.
    """
    query = query_of(text)
    if not query:
        return []
    plain = re.sub(r"([\\%_])", r"\\\1", text.replace("\0", "").strip())
    found = _visible(actor).extra(where=["words @@ %s::tsquery"], params=[query])
    if kind:
        found = found.filter(kind=kind)
    ranked = found.extra(
        select={
            "place": "CASE WHEN title ILIKE %s THEN 0 WHEN title ILIKE %s THEN 1 ELSE 2 END",
            "rank": "ts_rank(words, %s::tsquery, 1)",
        },
        select_params=[f"{plain}%", f"%{plain}%", query],
        order_by=["place", "-rank", "title", "id"],
    )
    return [Hit(one.kind, one.object_id, one.title, one.summary, one.url) for one in ranked[:limit]]
