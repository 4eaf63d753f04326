"""Measures every page of one county in this process; prints JSON. ``python -m benchmarks.pages.one_size SCALE``."""

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.pages.installation import open_county

REQUESTS = 200
WARM = 5


def percentile(times: list[float], share: float) -> float:
    """Return the time that ``share`` of the requests did not pass (nearest rank)."""
    return sorted(times)[math.ceil(share * len(times)) - 1]


def measure(ask: Callable[[], Any]) -> dict[str, float]:
    """Return median and 95th percentile in milliseconds over the requests, and the SQL statements of one.

    ``cpu`` is the median of this process' own processor time, which other load on the machine does not touch.
    """
    from django.db import connection

    from plumbline.web.ops.middleware import StatementCounter

    for _ in range(WARM):
        ask()
    counter = StatementCounter()
    with connection.execute_wrapper(counter):
        ask()
    times, cpu = [], []
    for _ in range(REQUESTS):
        began, busy = time.perf_counter(), time.process_time()
        ask()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    return {
        "sql": counter.count,
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "cpu": percentile(cpu, 0.5),
    }


def addresses() -> dict[str, str]:
    """Return the pages to measure, by name, with an object of the county where one is needed."""
    from django.urls import reverse

    from plumbline.assessment.models import CompositeScore
    from plumbline.kernel import clock
    from plumbline.ledger.models import Fact
    from plumbline.organisation.models import Member, Organisation

    branch = Organisation.objects.filter(kind="branch").order_by("pk").first()
    top = Organisation.objects.filter(parent=None).get()
    member = Member.objects.order_by("pk").first()
    fact = Fact.objects.order_by("pk").last()
    score = CompositeScore.objects.select_related("run__snapshot").order_by("pk").first()
    assert branch and member and fact and score
    round_id = score.run.snapshot.round_id
    return {
        "desk": reverse("desk:home"),
        "board": reverse("assessment:board"),
        "units": reverse("organisation:units"),
        "unit: branch": reverse("organisation:unit", args=[branch.pk]),
        "unit: working committee": reverse("organisation:unit", args=[top.pk]),
        "chart of the tree": reverse("organisation:chart"),
        "warnings": reverse("organisation:warnings"),
        "electorate": reverse("organisation:electorate", args=[branch.pk]),
        "members": reverse("organisation:members"),
        "member": reverse("organisation:member", args=[member.pk]),
        "facts": reverse("ledger:facts"),
        "fact": reverse("ledger:fact", args=[fact.pk]),
        "new fact": reverse("ledger:new"),
        "kinds of facts": reverse("ledger:kinds"),
        "imports": reverse("ledger:imports"),
        "schemes": reverse("assessment:schemes"),
        "rounds": reverse("assessment:rounds"),
        "round": reverse("assessment:round", args=[round_id]),
        "explanation": reverse("assessment:explanation", args=[round_id, score.unit_id]),
        "search": reverse("search") + "?q=caizheng",
        "jobs": reverse("jobs:list"),
        "working days": reverse("calendar-year", args=[clock.today().year]),
        "audit": reverse("audit"),
        "inbox": reverse("inbox"),
    }


def peers() -> dict[str, str | Callable[[], Any]]:
    """Return what the lists are measured against: Django's admin of the same table, and the bare rows of a page."""
    from plumbline.ledger.models import Fact
    from plumbline.organisation.models import Member, Unit

    return {
        "peer: admin's list of facts": "/admin/ledger/fact/",
        "peer: admin's list of the audit": "/admin/kernel/auditentry/",
        "peer: 50 bare rows of units": lambda: list(Unit.objects.order_by("pk").values()[:50]),
        "peer: 50 bare rows of members": lambda: list(Member.objects.order_by("pk").values()[:50]),
        "peer: 50 bare rows of facts": lambda: list(Fact.objects.order_by("-pk").values()[:50]),
    }


def asking(username: str) -> Callable[[str], Callable[[], Any]]:
    """Return a maker of requests by one account, signed in once."""
    from django.test import Client

    from plumbline.kernel.models import User

    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans", SERVER_NAME="127.0.0.1")
    client.force_login(
        User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    def make(address: str) -> Callable[[], Any]:
        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{username} asked for {address} and got {answer.status_code}")

        return ask

    return make


def main() -> None:
    """Measure all and print JSON."""
    scale = int(sys.argv[1])
    server = open_county(scale)
    try:
        from plumbline.organisation.models import Organisation

        administrator, superuser = asking("administrator"), asking("superuser")
        found = {name: measure(administrator(address)) for name, address in addresses().items()}
        for name, what in peers().items():
            found[name] = measure(superuser(what) if isinstance(what, str) else what)
        print(json.dumps({"organisations": Organisation.objects.count(), "pages": found}))
    finally:
        from django.db import connections

        connections.close_all()
        connections["default"].close_pool()
        server.stop()


if __name__ == "__main__":
    main()
