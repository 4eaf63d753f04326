"""YAML in and out: numbers as they were written, every place with its line, nothing that could harm the reader."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from django.utils.translation import gettext as _

Path = tuple[str | int, ...]

LONGEST = 1_000_000
"""The most characters of a scheme's text; 400 indicators take about a tenth of that."""

MOST_PLACES = 100_000
"""The most places of a document, repeated parts counted each time: a few aliases could stand for billions."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BOOL = "tag:yaml.org,2002:bool"


class TextInvalid(ValueError):
    """The text is not a document; ``line`` from 1 (None where there is none), ``path`` of the place, ``message`` in words."""

    def __init__(self, line: int | None, path: Path, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.path = path
        self.message = message


class _Loader(yaml.SafeLoader):
    """Takes decimals as they are written, and days, ``010`` or ``no`` as text; a key that stands twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping. Raises ConstructorError for a key that is no plain value, or stands twice."""
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                name = key.value if isinstance(key, yaml.ScalarNode) else "?"
                raise yaml.constructor.ConstructorError(None, None, name, key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


def _whole(loader: yaml.SafeLoader, node: Any) -> int | str:
    written = str(loader.construct_scalar(node))
    return int(written) if _WHOLE.fullmatch(written) and len(written) < 30 else written


def _decimal(loader: yaml.SafeLoader, node: Any) -> Decimal | str:
    written = str(loader.construct_scalar(node))
    try:
        found = Decimal(written)
    except InvalidOperation:
        return written
    return found if found.is_finite() else written


def _as_written(loader: yaml.SafeLoader, node: Any) -> str:
    return str(loader.construct_scalar(node))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != _BOOL]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)
_Loader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _lines(root: yaml.Node) -> dict[Path, int]:
    """Return the line of every place in a document. Raises TextInvalid where a part contains itself."""
    found: dict[Path, int] = {}

    def down(node: yaml.Node, path: Path, above: tuple[int, ...]) -> None:
        line = node.start_mark.line + 1
        if id(node) in above:
            raise TextInvalid(line, path, _("This part contains itself. Write out what it stands for."))
        found.setdefault(path, line)
        if len(found) > MOST_PLACES:
            raise TextInvalid(None, (), _("The scheme has too many parts."))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place = (*path, str(key.value))
                found[place] = key.start_mark.line + 1
                down(value, place, (*above, id(node)))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                down(value, (*path, number), (*above, id(node)))

    down(root, (), ())
    return found


def read(text: str) -> tuple[Any, Mapping[Path, int]]:
    """Return the document of a YAML text, and the line of each of its places. Raises TextInvalid."""
    if len(text) > LONGEST:
        raise TextInvalid(None, (), _("The text is too long for a scheme."))
    try:
        return _read(text)
    except yaml.constructor.ConstructorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        told = _("“%(key)s” cannot stand here, or stands twice.") % {"key": error.problem}
        raise TextInvalid(line, (), told) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = _("The text is not YAML: %(problem)s.") % {"problem": error.problem or error.context}
        raise TextInvalid(mark.line + 1 if mark else None, (), told) from None
    except yaml.YAMLError:  # a character that no YAML may contain
        raise TextInvalid(None, (), _("The text contains characters that YAML does not allow.")) from None
    except RecursionError:
        raise TextInvalid(None, (), _("The parts are nested too deeply.")) from None


def _read(text: str) -> tuple[Any, Mapping[Path, int]]:
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise TextInvalid(1, (), _("The text is empty."))
        lines = _lines(root)
        return loader.construct_document(root), lines
    finally:
        loader.dispose()


class _Dumper(yaml.SafeDumper):
    """Writes decimals plainly, and does not fold a part that occurs twice into an alias."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Every part is written out."""
        return True


def _write_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    written = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in written else 'int'}", written)


_Dumper.add_representer(Decimal, _write_decimal)


def write(document: Any) -> str:
    """Return a document as YAML that ``read`` reads back to an equal one."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
