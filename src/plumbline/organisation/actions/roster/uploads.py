"""Uploads: a file is kept with its preview until it is applied; large ones are worked through by jobs."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from plumbline.kernel import jobs
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.roster.importing import (
    RosterRefused,
    StalePreview,
    apply_file,
    examine,
    read_file,
)
from plumbline.organisation.models import RosterUpload
from plumbline.organisation.queries.roster import check_import_roster, roster_upload
from plumbline.organisation.rules.roster import RosterReport

LARGE_BYTES = 400_000
"""From this size on (about 6,000 members) a file is worked through by a job instead of while the reader waits."""

KEPT = timedelta(days=30)
"""Reports name people; after so long they are forgotten. What was changed stays in the audit."""

PREVIEW_JOB, APPLY_JOB = "organisation.roster_preview", "organisation.roster_apply"
_KEY = "organisation.roster"


class ReplacedUpload(Exception):
    """A later file of the same person took this one's place; its contents are gone, bring it in again."""


def upload_roster(*, by: Actor, at: datetime, stream: BinaryIO, name: str) -> RosterUpload:
    """Keep a file and preview it, at once or by a job where it is large; earlier files of the actor are emptied.

    Raises NotPermitted where the actor administers nothing, ``jobs.AlreadyRunning`` where a large file is under way.
    """
    check_import_roster(by)
    content = stream.read()
    with transaction.atomic():
        RosterUpload.objects.filter(uploaded_at__lt=at - KEPT).delete()
        RosterUpload.objects.filter(uploaded_by=by.pseudonym, applied_at=None).update(content=b"")
        upload = RosterUpload.objects.create(
            name=name[:200], content=content, size=len(content), uploaded_by=by.pseudonym, uploaded_at=at
        )
        if len(content) > LARGE_BYTES:
            job = jobs.start(kind=PREVIEW_JOB, by=by, at=at, params={"upload": upload.pk}, exclusive_key=_KEY)
            upload.preview_job_id = job.pk
            upload.save(update_fields=["preview_job_id"])
        else:
            run_preview(by=by, at=at, upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def run_preview(*, by: Actor, at: datetime, upload_id: int) -> RosterReport:
    """Examine an upload and keep the report with it; may be repeated, for a preview that has become stale.

    Raises ReplacedUpload where a later file took its place.
    """
    upload = roster_upload(by, upload_id)
    _check_there(upload)
    file, problems = read_file(BytesIO(bytes(upload.content)), upload.name)
    report = examine(by=by, at=at, file=file, problems=problems).report
    upload.report, upload.previewed_at = report.to_document(), at
    upload.save(update_fields=["report", "previewed_at"])
    return report


def apply_upload(*, by: Actor, at: datetime, upload_id: int) -> RosterUpload:
    """Apply what the preview showed, at once or by a job where the file is large, and return the upload.

    Raises StalePreview where the roster was changed since the preview, RosterBusy where another roster is under way,
    RosterRefused where the preview has problems, ReplacedUpload where a later file took its place, NotPermitted for
    somebody else's file.
    """
    upload = roster_upload(by, upload_id)
    if upload.size > LARGE_BYTES and upload.applied_at is None:
        with transaction.atomic():
            job = jobs.start(kind=APPLY_JOB, by=by, at=at, params={"upload": upload.pk}, exclusive_key=_KEY)
            upload.apply_job_id = job.pk
            upload.save(update_fields=["apply_job_id"])
        return upload
    run_application(by=by, at=at, upload_id=upload_id)
    upload.refresh_from_db()
    return upload


def run_application(*, by: Actor, at: datetime, upload_id: int) -> RosterReport:
    """Apply an upload; a second run after it was applied changes nothing and returns the same report."""
    with transaction.atomic():
        upload = roster_upload(by, upload_id)
        _check_there(upload)
        if upload.report is None:
            raise StalePreview
        shown = RosterReport.from_document(upload.report)
        if upload.applied_at is not None:
            return shown
        if shown.problems:
            raise RosterRefused(shown)
        file, _none = read_file(BytesIO(bytes(upload.content)), upload.name)
        report = apply_file(by=by, at=at, file=file, name=upload.name, expected=shown.fingerprint)
        if report.problems:
            raise RosterRefused(report)
        upload.report, upload.applied_at, upload.content = report.to_document(), at, b""
        upload.save(update_fields=["report", "applied_at", "content"])
    return report


def _check_there(upload: RosterUpload) -> None:
    if upload.applied_at is None and upload.size and not upload.content:
        raise ReplacedUpload


def discard_upload(*, by: Actor, upload_id: int) -> None:
    """Forget an upload that shall not be applied. Raises NotPermitted for somebody else's."""
    upload = roster_upload(by, upload_id)
    if upload.applied_at is None:
        upload.delete()
