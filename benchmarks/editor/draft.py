"""A draft of 400 indicators as a county writes them, and whoever edits it."""

import os
from pathlib import Path
from typing import Any

from plumbline.config.postgres import EmbeddedServer
from plumbline.config.running import application

ROOT = Path(__file__).resolve().parents[2]
INDICATORS = 400
GROUPS = 20


def document() -> dict[str, Any]:
    """Return a scheme of 20 groups with 20 indicators each, of four types of rules."""
    made = [
        {
            "type": "missing",
            "source": {"kind": "meeting.held", "measure": "periods", "per": "quarter"},
            "required": 4,
            "deduct": 1,
        },
        {"type": "flaw", "source": {"kind": "finding.recorded", "where": {"criterion": ["no_plan"]}}, "deduct": 2},
        {"type": "each", "source": {"kind": "honour.granted"}, "points": "0.5", "cap": 5},
        {"type": "result", "source": {"kind": "performance.result", "measure": "quantity"}},
    ]
    groups = []
    for group in range(1, GROUPS + 1):
        parts = [
            {
                "code": f"{group}.{number}", "name": {"zh": f"第{group}类第{number}项工作指标", "en": f"Work {group}.{number}"},
                "points": "5", "rules": [made[(group + number) % 4] | {"text": {"zh": "按台账核实", "en": "checked"}}],
            }
            for number in range(1, INDICATORS // GROUPS)
        ]  # fmt: skip
        name = {"zh": f"第{group}类", "en": f"Group {group}"}
        groups.append({"code": str(group), "name": name, "points": str(5 * len(parts)), "children": parts})
    return {"code": "large", "title": {"zh": "四百项指标", "en": "Four hundred"}, "tree": groups}


def open_office() -> EmbeddedServer:
    """Start a server of the benchmark's own with one committee and its administrator; the caller stops it."""
    data = ROOT / ".cache" / "bench-editor"
    server = EmbeddedServer(data / "postgres")
    url = server.start()
    os.environ["PLUMBLINE_LOG_LEVEL"] = "ERROR"
    os.environ["PLUMBLINE_DATABASE_POOL"] = "2"
    application.set_up(data, url)
    application.migrate()
    application.collect_static()
    from plumbline.kernel.models import User
    from plumbline.organisation.models import Organisation

    if not Organisation.objects.exists():
        _found(User)
    return server


def _found(users: Any) -> None:
    from datetime import date

    from plumbline.kernel import clock
    from plumbline.kernel.actor import Actor
    from plumbline.organisation import api as organisation

    machine, at = Actor.system("benchmark"), clock.now()
    top = organisation.found_organisation(by=machine, at=at, code="W", name="机关工委", kind="working_committee")
    user = users.objects.create_user("administrator", display_name="Administrator")
    organisation.grant_role(by=machine, at=at, user=user, role="administrator", unit=top, starts_on=date(2020, 1, 1))


def large_draft() -> Any:
    """Store a draft and return it."""
    from plumbline.assessment import api as assessment
    from plumbline.assessment.rules.scheme import yaml_text
    from plumbline.kernel import clock
    from plumbline.kernel.actor import Actor
    from plumbline.organisation.models import Organisation

    return assessment.start_draft(
        by=Actor.system("benchmark"), at=clock.now(), committee_id=Organisation.objects.get(parent=None).pk,
        text=yaml_text.write(document()),
    )  # fmt: skip


def signed_in() -> Any:
    """Return a client of the committee's administrator."""
    from django.test import Client

    from plumbline.kernel.models import User

    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.get(username="administrator"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def form_of(key: int, points: str = "5") -> dict[str, str]:
    """Return what the form of an indicator posts."""
    return {
        "part": "node", "key": str(key), "n.code": f"k{key}", "n.name.zh": "指标", "n.points": points, "r0.type": "missing",
        "r0.source.kind": "meeting.held", "r0.source.counting": "quarter", "r0.required": "4", "r0.deduct": "1",
    }  # fmt: skip
