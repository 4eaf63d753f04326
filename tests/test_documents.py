"""Documents say what the code says: permissions, fact kinds, commands."""

import ast
import re
from pathlib import Path

import pytest

from plumbline.config.cli.main import parser
from plumbline.ledger import api as ledger
from plumbline.organisation.permissions import ALLOWED

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def test_every_permission_is_documented() -> None:
    page = (DOCS / "permissions.md").read_text()
    names = {
        node.name
        for file in (ROOT / "src" / "plumbline").glob("*/permissions.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("can_")
    }
    assert len(names) > 10
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_the_table_of_the_organisation_is_the_one_of_the_code() -> None:
    page = (DOCS / "permissions.md").read_text()
    heading = re.search(r"^\| action \| (.*) \|$", page, re.MULTILINE)
    assert heading is not None
    roles = heading.group(1).split(" | ")
    rows = re.findall(r"^\| `(organisation\.\w+)` \| (.*) \|$", page, re.MULTILINE)
    told = {
        action: {role for role, cell in zip(roles, cells.split(" | "), strict=True) if cell.strip() == "yes"}
        for action, cells in rows
    }
    assert told == {action: set(allowed) for action, allowed in ALLOWED.items()}


@pytest.mark.django_db
def test_every_shipped_kind_of_fact_is_documented() -> None:
    page = (DOCS / "fact-kinds.md").read_text()
    assert {kind.code for kind in ledger.kinds() if f"`{kind.code}`" not in page} == set()


def test_every_command_is_in_the_readme() -> None:
    names = set(re.findall(r"^    (\w+)  ", parser().format_help(), re.MULTILINE))
    assert {"serve", "demo", "doctor"} <= names
    page = (ROOT / "README.md").read_text()
    assert {name for name in names if name not in page} == set()


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted((DOCS / "adr").glob("*.md"))]
    assert len(numbers) == len(set(numbers))
    assert all(re.match(r"\d{4}-[a-z0-9-]+\.md$", path.name) for path in (DOCS / "adr").glob("*.md"))


def test_both_languages_of_the_guide_have_the_same_pages() -> None:
    pages = {language: {path.name for path in (DOCS / "guide" / language).glob("*.md")} for language in ("en", "zh")}
    assert pages["en"] == pages["zh"] != set()
