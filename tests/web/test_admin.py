"""The admin pages: for the superuser alone, and read-only for what happened."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from plumbline.kernel.models import AuditEntry, User
from tests.web import world

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label)
HAPPENED = ["kernel.AuditEntry", "kernel.Evidence", "kernel.Job", "ledger.Fact"]


def page(model: Any, kind: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def test_the_superuser_opens_every_table(client: Client) -> None:
    tree = world.plant("GW", "清河县")
    world.file_facts(tree)
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/admin/").status_code == 200
    answers = {model._meta.label: client.get(page(model, "changelist")).status_code for model in TABLES}
    assert set(answers.values()) == {200}, answers
    assert client.get(page(type(tree.objects["fact"]), "change", tree.objects["fact"].pk)).status_code == 200


@pytest.mark.parametrize("role", world.ROLES)
def test_no_role_opens_the_admin_pages(client: Client, role: str) -> None:
    client.force_login(world.plant("GW", "清河县").users[role])
    for model in TABLES:
        assert client.get(page(model, "changelist")).status_code == 302


@pytest.mark.parametrize("label", HAPPENED)
def test_what_happened_cannot_be_added_changed_or_deleted(client: Client, label: str) -> None:
    client.force_login(User.objects.create_superuser("root"))
    model = next(table for table in TABLES if table._meta.label == label)
    assert client.get(page(model, "add")).status_code == 403
    row = model.objects.first()  # type: ignore[attr-defined]
    if row:
        assert client.get(page(model, "delete", row.pk)).status_code == 403
        assert client.post(page(model, "change", row.pk), {}).status_code == 403


def test_closing_an_account_is_audited(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    other = User.objects.create_user("wang")
    answer = client.post(page(User, "change", other.pk), {"is_active": ""})
    assert answer.status_code == 302
    other.refresh_from_db()
    assert not other.is_active
    entry = AuditEntry.objects.get(action="accounts.change_account")
    assert (entry.subject, entry.old, entry.new) == (f"user:{other.pk}", {"is_active": True}, {"is_active": False})
