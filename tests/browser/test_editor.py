"""A scheme built from nothing in the editor, as an officer would from a printed sheet, in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from plumbline.assessment.models import SchemeDraft, SchemeVersion
from plumbline.assessment.rules.drafting import slots, tree
from plumbline.assessment.rules.scheme import document_of, from_document, load_yaml
from tests.assessment import county as small
from tests.assessment import inspected, schemes
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Begin = Callable[..., Visit]


def settled(page: Page) -> None:
    """Wait until nothing is on its way to the server."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def write(page: Page, name: str, text: str) -> None:
    """Write into a field of the form, as somebody does who tabs on to the next."""
    field = page.locator(f"#panel [name='{name}']")
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(text)
    else:
        field.fill(text)
        field.blur()
    page.wait_for_timeout(90)
    settled(page)


def write_part(page: Page, prefix: str, fields: tuple[slots.Slot, ...], part: dict[str, Any]) -> None:
    """Write every field of a part that says something."""
    texts = slots.texts_of(fields, part)
    for slot in fields:
        if not texts[slot.name]:
            continue
        field = page.locator(f"#panel [name='{prefix}{slot.name}']")
        if slot.kind != "filters":
            if field.count() and not field.is_visible():
                field.locator("xpath=ancestor::details[1]/summary").click()
            write(page, f"{prefix}{slot.name}", texts[slot.name])
            continue
        for line in texts[slot.name].splitlines():
            attribute, _sign, values = line.partition(" = ")
            write(page, f"{prefix}{slot.name}:{attribute}", values)


def build(page: Page, nodes: list[dict[str, Any]]) -> None:
    """Add indicators with their rules and parts, each after the one before."""
    for number, node in enumerate(nodes):
        if number:
            page.get_by_role("button", name="Next one").click()
        settled(page)
        write_part(page, "n.", slots.NODE, node)
        for index, rule in enumerate(node.get("rules", [])):
            add = page.locator(f"#panel button[value='add:{rule['type']}']")
            if not add.is_visible():
                page.get_by_text("Add a rule").click()
            add.click()
            expect(page.locator(f"#panel [name='r{index}.type']")).to_have_count(1)
            settled(page)
            write_part(page, f"r{index}.", slots.RULES[rule["type"]], rule)
        if node.get("children"):
            code = page.locator("#panel [name='n.code']").input_value()
            page.get_by_role("button", name="Part of it").click()
            expect(page.locator("#panel [name='n.code']")).not_to_have_value(code)
            build(page, node["children"])
            page.locator("#tree a", has_text=re.compile(f"^{re.escape(code)} ")).click()
            expect(page.locator("#panel [name='n.code']")).to_have_value(code)


def test_routine_work_is_built_from_nothing(visit: Begin) -> None:
    county = small.build()
    boss = inspected.account(county, "boss", role="administrator")
    shipped = load_yaml(schemes.shipped("routine_work"))
    document = document_of(shipped)
    reader = visit(boss)
    page = reader.open("/schemes/drafts/new/")
    page.get_by_label("Title of a new, empty scheme").fill(document["title"]["en"])
    page.get_by_role("button", name="Begin").click()
    write_part(page, "h.", slots.HEAD, document)
    page.get_by_role("button", name="Indicator on the first level").click()
    expect(page.locator("#tree > li")).to_have_count(1)
    build(page, document["tree"])
    expect(page.get_by_text("it can be issued")).to_be_visible()
    draft = SchemeDraft.objects.get()
    assert from_document(tree.bare(draft.document)) == shipped
    page.get_by_role("button", name="Issue").click()
    page.get_by_role("dialog").get_by_role("button", name="Issue").click()
    expect(page.get_by_text("Issued as version 1")).to_be_visible()
    assert SchemeVersion.objects.get().document == document
    assert reader.complaints == []
