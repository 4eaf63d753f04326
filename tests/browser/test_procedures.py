"""Procedures and cases in a real browser: readable by everyone at both widths, keys that move steps, checks while one types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from plumbline.kernel import clock
from plumbline.procedure import api as procedures
from tests.browser.conftest import Visit
from tests.procedure.county import AT, County, build, forked, issue, opened, with_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(transactional_db: None) -> County:
    """The small county, with a case about a person under way and a draft."""
    with clock.frozen(AT):
        found = build()
        case = opened(found, issue(found, with_person()), person=procedures.Person("Li Lei", "123"))
        opened(found, issue(found))
        procedures.start_step(by=found.actor("s1"), at=AT, case_id=case.pk, step="apply")
        text = procedures.yaml_text.dump(forked(code="draft"))
        procedures.start_draft(by=found.actor("admin"), at=AT, committee_id=found.units["W"].pk, text=text)
    return found


def test_pages_are_readable_on_a_phone_and_a_desk(visit: Callable[..., Visit], county: County) -> None:
    draft = procedures.ProcedureDraft.objects.filter(issued=None).get()
    case = procedures.Case.objects.order_by("pk")[0]
    addresses = (
        "/procedures/", f"/procedures/{case.version.procedure_id}/", f"/procedures/drafts/{draft.pk}/",
        f"/procedures/drafts/{draft.pk}/steps/look/", "/cases/", "/cases/all/", "/cases/new/", f"/cases/{case.pk}/",
        "/key-points/",
    )  # fmt: skip
    found: list[str] = []
    for width, language in ((360, "zh-CN"), (1280, "en")):
        reader = visit(county.users["admin"], width=width, language=language)
        for address in addresses:
            reader.open(address)
            found += [f"{address}: {one}" for one in reader.overflow()] + reader.violations()
        found += reader.complaints
    assert found == []


def test_keys_move_a_step_and_checks_follow_what_is_filled_in(visit: Callable[..., Visit], county: County) -> None:
    draft = procedures.ProcedureDraft.objects.filter(issued=None).get()
    reader = visit(county.users["admin"])
    page = reader.open(f"/procedures/drafts/{draft.pk}/#step-look")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url("**#step-look")
    expect(page.locator(".pp-step-title").nth(1)).to_have_text("Hear")
    page = reader.open(f"/procedures/drafts/{draft.pk}/steps/look/")
    page.locator("#id_limit").fill("30")
    page.locator("#id_limit").blur()
    expect(page.locator("#pp-checks")).to_contain_text("longer than that of the whole")
    page.locator("#id_limit").fill("3")
    page.get_by_role("button", name="Save the step").click()
    page.wait_for_url("**#step-look")
    assert reader.complaints == []
