"""The minutes book as PDF or Word: asked for as a job, kept as a file that only those see who may read the book."""

import io
from datetime import datetime

from django.db import transaction

from plumbline.kernel import audit, evidence, jobs
from plumbline.kernel.actor import Actor
from plumbline.meeting.queries.side import check_book

BOOK_JOB = "meeting.book"
FORMS = ("pdf", "docx")


@transaction.atomic
def start_book(*, by: Actor, at: datetime, unit_id: int, year: int, form: str) -> jobs.Job:
    """Start making a minutes book; a book that is being made is not made twice. Raises NotPermitted, AlreadyRunning."""
    check_book(by, unit_id)
    if form not in FORMS:
        raise ValueError(f"a minutes book is made as {FORMS}, not {form}")
    return jobs.start(
        kind=BOOK_JOB, by=by, at=at, params={"unit_id": unit_id, "year": year, "form": form},
        exclusive_key=f"book:{unit_id}:{year}:{form}:{by.pseudonym}",
    )  # fmt: skip


@transaction.atomic
def keep_book(*, by: Actor, at: datetime, unit_id: int, year: int, form: str, content: bytes) -> int:
    """Keep a minutes book that was made and return the id of its file. Raises NotPermitted."""
    unit = check_book(by, unit_id)
    name = f"{unit} {year}.{form}"
    kept = evidence.store(by=by, at=at, stream=io.BytesIO(content), name=name, scope=f"minutes-book:{unit_id}")
    audit.record(
        by=by,
        at=at,
        action="meeting.make_book",
        subject=f"unit:{unit_id}",
        new={"year": year, "form": form, "file": kept.pk},
    )
    return kept.pk


def may_read_book(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``minutes-book:17``: who may read the book may read its file."""
    from plumbline.kernel.actor import NotPermitted

    number = scope.partition(":")[2]
    try:
        return number.isdecimal() and bool(check_book(actor, int(number)))
    except NotPermitted:
        return False
