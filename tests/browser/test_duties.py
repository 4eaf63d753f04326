"""The pages of duties and contact points in a real browser: readable, of good contrast, and named, on a phone and on a desk."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.responsibility import api
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BY = Actor.system("test")


def furnish() -> tuple[User, api.Duty, int]:
    """Return who leads, a late duty with a step, and a contact point with a problem."""
    now, today = clock.now(), clock.today()
    top = organisation.found_organisation(by=BY, at=now, code="A", name="清河县机关工委", kind="working_committee")
    branch = organisation.found_organisation(by=BY, at=now, code="B", name="第一党支部", kind="branch", parent=top)
    user = User.objects.create_user("boss", display_name="boss", language="")
    organisation.grant_role(by=BY, at=now, user=user, role="administrator", unit=top)
    member = organisation.enrol_member(by=BY, at=now, organisation=branch, number="1", name="王敏", on=today)
    post = organisation.create_post(by=BY, at=now, unit=top, code="L", title="副书记")
    term = organisation.appoint(by=BY, at=now, post=post, member=member, starts_on=today - timedelta(days=90))
    for line, due in (("business", 20), ("organisation", -3)):
        duty = api.deploy_duty(
            by=BY, at=now, unit=branch, line=line, title=f"任务 {line}", why="县委部署。", how="每月一评。", owner=term,
            extent_kind="share", extent_target="90%", starts_on=today - timedelta(days=60),
            due_on=today + timedelta(days=due),
        )  # fmt: skip
    step = api.StepDraft("摸底", duty.starts_on, duty.due_on)
    api.plan_steps(by=BY, at=now, duty_id=duty.pk, steps=[step])
    api.report_progress(by=BY, at=now, duty_id=duty.pk, report=api.Report(today, "进展顺利。", "45%"))
    point = api.assign_contact(by=BY, at=now, unit=branch, leader=term, starts_on=today - timedelta(days=30))
    found = api.Record(api.RecordKind.PROBLEM, today, "活动室被占用。", due_on=today + timedelta(days=9))
    api.record_contact(by=BY, at=now, point_id=point.pk, record=found)
    return user, duty, point.pk


def test_duties_are_readable_on_a_phone_and_on_a_desk(visit: Callable[..., Visit]) -> None:
    user, duty, point = furnish()
    record = api.contact_view(BY, point, on=clock.today()).rows[0].record.pk
    pages = [
        "/duties/", "/duties/board/", "/duties/calendar/", "/duties/plan/", f"/duties/{duty.pk}/",
        f"/duties/{duty.pk}/change/", f"/duties/{duty.pk}/steps/", f"/duties/bulk/?duty={duty.pk}",
        f"/duties/new/?unit={duty.unit_id}", "/contacts/", f"/contacts/{point}/", f"/contacts/records/{record}/",
        f"/contacts/new/?unit={duty.unit_id}",
    ]  # fmt: skip
    for width, language in ((1280, "en"), (360, "zh-CN")):
        reader = visit(user, width=width, language=language)
        for address in pages:
            reader.open(address)
            assert reader.overflow() == [], address
            assert reader.violations() == [], address
        assert reader.complaints == []
