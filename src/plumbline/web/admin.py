"""The admin pages: a look at the tables for the superuser.

What happened is read-only here as everywhere: facts, audit, evidence, outbox and jobs have no add, change or delete.
Accounts may be closed and opened, and every such change is audited. Ordinary work has its own pages.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import audit, clock
from plumbline.kernel.models import AuditEntry, Evidence, Job, User
from plumbline.ledger import api as ledger

admin.site.site_header = _("Plumbline: administration")
admin.site.site_title = _("Plumbline")
admin.site.index_title = _("Tables")
# The same sign-in as everywhere: second factor, passkeys and the lock against guessing included.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table to look at."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False."""
        return False


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly):
    """Who did what to what."""

    list_display = ("at", "actor", "action", "subject", "refused", "address")
    list_filter = ("refused",)
    search_fields = ("subject", "actor", "action")


@admin.register(ledger.Fact)
class FactAdmin(ReadOnly):
    """Everything that was ever posted, corrections included."""

    list_display = ("id", "kind", "unit", "occurred_on", "quantity", "source", "recorded_at")
    list_select_related = ("unit",)
    search_fields = ("=id", "=sender_key")


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly):
    """Uploaded files; the bytes are read through the pages that guard them."""

    list_display = ("name", "media_type", "size", "scope", "stored_at")
    search_fields = ("name", "=sha256")


@admin.register(Job)
class JobAdmin(ReadOnly):
    """Background work."""

    list_display = ("id", "kind", "state", "requested_at", "started_at", "finished_at", "attempt")
    list_filter = ("state", "kind")


@admin.register(User)
class UserAdmin(ReadOnly):
    """Accounts: they come from the roster; here they are closed, opened, and let into the admin pages."""

    list_display = ("username", "display_name", "is_active", "is_staff", "is_superuser", "last_login")
    search_fields = ("username", "display_name")
    fields = ("username", "display_name", "email", "language", "is_active", "is_staff", "is_superuser", "last_login")
    readonly_fields = ("username", "display_name", "email", "language", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the account is a superuser's."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and keep in the audit what changed."""
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        audit.record(
            by=request.actor,  # type: ignore[attr-defined]
            at=clock.now(),
            action="accounts.change_account",
            subject=f"user:{obj.pk}",
            old=before,
            new={name: form.cleaned_data[name] for name in form.changed_data},
        )
