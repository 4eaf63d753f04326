"""How lists, pairs and bands are written in one field or one cell: ``A = 2; B = 1.5``, ``90% = 200``, ``good, fair``.

Entries stand on lines of their own or are parted by semicolons; full-width signs do as well. A value that holds such a sign is
put into quotation marks (doubled inside). Whatever ``write_...`` writes, ``read_...`` reads back as it was.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

ENTRY_ENDS = ";；\n"
ITEM_ENDS = ",，、"
EQUALS = "=＝"
SHUTS = "!！"
_SPECIAL = set(ENTRY_ENDS + ITEM_ENDS + EQUALS + SHUTS + '"“”\r')


class NotationInvalid(ValueError):
    """A field's text cannot be read; the message says what to write instead."""


def _cut(text: str, signs: str, *, once: bool = False) -> Iterator[str]:
    """Yield the pieces between ``signs`` that stand outside quotation marks, the marks still in place."""
    piece, quoted, done = "", False, False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        if letter in signs and not quoted and not done:
            yield piece
            piece, done = "", once
        else:
            piece += letter
    if quoted:
        raise NotationInvalid(_("A quotation mark is not closed."))
    yield piece


def _bare(piece: str) -> str:
    """Return a value without the space around it and without its quotation marks."""
    piece = piece.strip()
    if len(piece) >= 2 and piece[0] == piece[-1] == '"':
        return piece[1:-1].replace('""', '"')
    return piece


def _quoted(value: str) -> str:
    if not value or value != value.strip() or set(value) & _SPECIAL:
        return '"' + value.replace('"', '""') + '"'
    return value


def read_list(text: str) -> list[str]:
    """Return the values of ``a, b, c``; also one on each line. Raises NotationInvalid."""
    return [_bare(piece) for piece in _cut(text.strip(), ITEM_ENDS + ENTRY_ENDS) if piece.strip()]


def write_list(values: Iterable[str]) -> str:
    """Return values as ``read_list`` reads them."""
    return ", ".join(_quoted(value) for value in values)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield both sides of each entry, the marks of the right side still in place."""
    for entry in _cut(text.replace("\r", ""), ENTRY_ENDS):
        if not entry.strip():
            continue
        sides = list(_cut(entry, EQUALS, once=True))
        if len(sides) != 2 or not sides[0].strip():
            told = _("“%(entry)s” has no equals sign. Write each on a line of its own, such as “A = 2”.")
            raise NotationInvalid(told % {"entry": entry.strip()[:60]})
        yield _bare(sides[0]), sides[1]


def _once(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs, refusing a left side that stands twice: one of the two would be lost."""
    seen = set()
    for name, value in pairs:
        if name in seen:
            raise NotationInvalid(_("“%(name)s” stands twice.") % {"name": name})
        seen.add(name)
        yield name, value


def read_pairs(text: str) -> dict[str, str | None]:
    """Return ``A = 2; B = 1.5`` as a mapping; nothing behind the sign is None. Raises NotationInvalid."""
    return {name: _bare(value) or None for name, value in _once(_entries(text))}


def write_pairs(pairs: Mapping[str, str | None]) -> str:
    """Return a mapping as ``read_pairs`` reads it, one on each line."""
    return "\n".join(
        f"{_quoted(name)} = {'' if value is None else _quoted(value)}".strip() for name, value in pairs.items()
    )


def read_filters(text: str) -> dict[str, list[str]]:
    """Return ``question = q1, q2; level = a`` as lists by name. Raises NotationInvalid."""
    return {name: read_list(value) for name, value in _once(_entries(text))}


def write_filters(filters: Mapping[str, Iterable[str]]) -> str:
    """Return lists by name as ``read_filters`` reads them."""
    return "\n".join(f"{_quoted(name)} = {write_list(values)}" for name, values in filters.items())


def read_bands(text: str) -> list[tuple[str, str, list[str]]]:
    """Return ``95 = -1 ! good, fair`` as (bound, points, what is shut out), in their order. Raises NotationInvalid."""
    found = []
    for bound, right in _entries(text):
        points, *shut = _cut(right, SHUTS, once=True)
        found.append((bound, _bare(points), read_list(shut[0]) if shut else []))
    return found


def write_bands(bands: Iterable[tuple[str, str, Iterable[str]]]) -> str:
    """Return bands as ``read_bands`` reads them, one on each line."""
    lines = []
    for bound, points, shut in bands:
        told = write_list(shut)
        lines.append(f"{_quoted(bound)} = {_quoted(points)}" + (f" ! {told}" if told else ""))
    return "\n".join(lines)
