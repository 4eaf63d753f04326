"""docs/fact-kinds.md says what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

from plumbline.ledger.facts import declared_kinds

ROOT = Path(__file__).resolve().parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fact_kinds", ROOT / "tools" / "fact_kinds.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_lists_every_kind_and_attribute() -> None:
    """Run ``python tools/fact_kinds.py`` after changing a kind, and ``python tools/messages.py compile`` before it."""
    text = (ROOT / "docs" / "fact-kinds.md").read_text(encoding="utf-8")
    assert text == _tool().document()
    for kind in declared_kinds():
        assert f"`{kind.code}`" in text
        assert str(kind.meaning)


def test_every_kind_says_what_it_means_and_every_attribute_too() -> None:
    for kind in declared_kinds():
        assert str(kind.name) and str(kind.meaning) and str(kind.measure), kind.code
        for item in kind.attributes:
            assert str(item.meaning) and str(item.label), f"{kind.code}.{item.name}"
