"""Procedures as YAML: texts for people to read, change and send, nothing that could harm the reader."""

from typing import Any

import yaml
from pydantic import ValidationError

from plumbline.procedure.rules.document import Procedure, places_of

LONGEST = 300_000
"""The most characters of a file; a hundred steps with forms take about a third."""


class FileInvalid(ValueError):
    """The file is no procedure; ``faults`` are (place, what is wrong), the place as ``steps.3.limit`` or a line."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{place}: {what}" for place, what in faults))
        self.faults = faults


class _Loader(yaml.SafeLoader):
    """Refuses repeated parts, which could stand for billions of steps, and keys that stand twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Build a node. Raises ComposerError for an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.composer.ComposerError(None, None, "references (*) are not read here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping. Raises ConstructorError for a key that stands twice."""
        keys = [key.value for key, _value in node.value]
        twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"“{twice}” stands twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


def dump(procedure: Procedure) -> str:
    """Return a procedure as YAML; ``load`` gives the same back."""
    return str(yaml.safe_dump(procedure.as_document(), allow_unicode=True, sort_keys=False, width=110))


def load(text: str) -> Procedure:
    """Return the procedure of a text. Raises FileInvalid naming every place that is wrong."""
    if len(text) > LONGEST:
        raise FileInvalid((("", f"longer than {LONGEST} characters"),))
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader, made stricter)
    except yaml.YAMLError as error:
        raise FileInvalid((_of_yaml(error),)) from error
    return of_document(document)


def of_document(document: Any) -> Procedure:
    """Return the procedure of plain data. Raises FileInvalid."""
    if not isinstance(document, dict):
        raise FileInvalid((("", "this is no procedure: it has no code, title and steps"),))
    try:
        return Procedure.of({str(key): value for key, value in document.items()})
    except ValidationError as error:
        raise FileInvalid(places_of(error)) from error


def _of_yaml(error: yaml.YAMLError) -> tuple[str, str]:
    mark = getattr(error, "problem_mark", None)
    place = "" if mark is None else f"line {mark.line + 1}"
    return place, str(getattr(error, "problem", None) or "this is no YAML")
