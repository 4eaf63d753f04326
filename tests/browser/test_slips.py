"""The pages of supervision slips in a real browser: readable for the one who issues and the one who answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def test_slips_are_readable_on_a_phone_and_on_a_desk(visit: Callable[..., Visit]) -> None:
    system = Actor.system("test")
    top = organisation.found_organisation(by=system, at=AT, code="A", name="清河县机关工委", kind="working_committee")
    branch = organisation.found_organisation(by=system, at=AT, code="B", name="第一党支部", kind="branch", parent=top)
    people = []
    for name, role, unit in (("boss", "administrator", top), ("own", "secretary", branch)):
        user = User.objects.create_user(name, display_name=name, language="")
        organisation.grant_role(by=system, at=AT, user=user, role=role, unit=unit)
        people.append(user)
    today = clock.today()
    slips = [
        obligation.issue_slip(
            by=system, at=clock.now(), unit_id=branch.pk,
            draft=obligation.SlipDraft(kind, "支部委员会会议未开", "请补开会议并上传记录。", today + timedelta(days=5)),
        )
        for kind in obligation.SlipKind
    ]  # fmt: skip
    obligation.answer_slip(
        by=organisation.resolve_actor(people[1], at=clock.now()), at=clock.now(), slip_id=slips[0].pk, words="已补开。"
    )
    pages = ["/supervision/", *(f"/supervision/{one.pk}/" for one in slips)]
    for user, width, language in ((people[0], 1280, "en"), (people[0], 360, "zh-CN"), (people[1], 360, "zh-CN")):
        reader = visit(user, width=width, language=language)
        for address in [*pages, f"/supervision/new/?unit={branch.pk}"] if user is people[0] else pages:
            reader.open(address)
            assert reader.overflow() == [], address
            assert reader.violations() == [], address
        assert reader.complaints == []
