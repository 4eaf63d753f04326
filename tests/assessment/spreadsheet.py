"""A small spreadsheet for tests: calculates the formulas that we write, exactly, and nothing else.

Written from what the functions mean in a spreadsheet, not from our code that writes them. Numbers are fractions, so that a
formula is wrong here only if it is wrong.
"""

import re
from fractions import Fraction
from typing import Any

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"]|"")*")|(?P<ref>(?:'(?:[^']|'')+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"""
    r"""|(?P<name>[A-Z]+)|(?P<sign>>=|<=|<>|[-+*/(),&=<>]))"""
)


class Book:
    """Sheets of cells by title; a cell that begins with = is calculated when it is asked for."""

    def __init__(self, sheets: dict[str, dict[str, Any]]) -> None:
        self.sheets = sheets

    def value(self, sheet: str, place: str) -> Any:
        """Return what a cell shows: a Fraction, a text, or None."""
        cell = self.sheets[sheet].get(place)
        if isinstance(cell, str) and cell.startswith("="):
            return _Formula(self, sheet, cell[1:]).whole()
        return Fraction(str(cell)) if isinstance(cell, (int, float)) else cell

    def area(self, sheet: str, first: str, last: str) -> list[Any]:
        """Return the values of a column of cells."""
        (column, start), (_same, end) = (re.fullmatch(r"([A-Z]+)(\d+)", one).groups() for one in (first, last))  # type: ignore[union-attr]
        return [self.value(sheet, f"{column}{row}") for row in range(int(start), int(end) + 1)]


class _Formula:
    def __init__(self, book: Book, sheet: str, text: str) -> None:
        self.book, self.sheet, self.tokens, self.at = book, sheet, list(self._cut(text)), 0

    @staticmethod
    def _cut(text: str) -> Any:
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            assert found, f"cannot be read: {text[place:]}"
            yield found.lastgroup, found[found.lastgroup or 0]
            place = found.end()

    def whole(self) -> Any:
        found = self.compared()
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return found

    def next_is(self, *signs: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at] in [("sign", sign) for sign in signs]:
            self.at += 1
            return str(self.tokens[self.at - 1][1])
        return None

    def compared(self) -> Any:
        left = self.joined()
        while sign := self.next_is("=", "<>", ">=", "<=", ">", "<"):
            right = self.joined()
            left = {
                "=": left == right, "<>": left != right, ">": sign == ">" and left > right, "<": sign == "<" and left < right,
                ">=": sign == ">=" and left >= right, "<=": sign == "<=" and left <= right,
            }[sign]  # fmt: skip
        return left

    def joined(self) -> Any:
        left = self.summed()
        while self.next_is("&"):
            right = self.summed()
            left = f"{left}{right}"
        return left

    def summed(self) -> Any:
        left = self.multiplied()
        while sign := self.next_is("+", "-"):
            right = self.multiplied()
            left = left + right if sign == "+" else left - right
        return left

    def multiplied(self) -> Any:
        left = self.single()
        while sign := self.next_is("*", "/"):
            right = self.single()
            left = left * right if sign == "*" else left / right
        return left

    def single(self) -> Any:
        if self.next_is("-"):
            return -self.single()
        if self.next_is("("):
            found = self.compared()
            assert self.next_is(")")
            return found
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Fraction(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        return self.reference(text) if kind == "ref" else self.function(text)

    def reference(self, text: str) -> Any:
        sheet, text = self.sheet, text
        if "!" in text:
            quoted, text = text.rsplit("!", 1)
            sheet = quoted[1:-1].replace("''", "'")
        text = text.replace("$", "")
        if ":" in text:
            return self.book.area(sheet, *text.split(":"))
        return self.book.value(sheet, text)

    def function(self, name: str) -> Any:
        assert self.next_is("(")
        given = []
        while not self.next_is(")"):
            given.append(self.compared())
            self.next_is(",")
        return _FUNCTIONS[name](*given)


def _numbers(given: Any) -> list[Fraction]:
    listed = [one for part in given for one in (part if isinstance(part, list) else [part])]
    return [one for one in listed if isinstance(one, Fraction)]


def _round(value: Fraction, places: Fraction) -> Fraction:
    scaled = abs(value) * 10 ** int(places)
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10 ** int(places))


def _countifs(*given: Any) -> Fraction:
    columns, wanted = given[::2], given[1::2]
    return Fraction(
        sum(all(_meets(*pair) for pair in zip(row, wanted, strict=True)) for row in zip(*columns, strict=True))
    )


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and wanted.startswith(">"):
        return isinstance(value, Fraction) and value > Fraction(wanted[1:])
    return bool(value == wanted)


def _lookup(value: Any, least: list[Any], names: list[Any]) -> Any:
    found = [name for low, name in zip(least, names, strict=True) if low <= value]
    return found[-1] if found else None


_FUNCTIONS = {
    "SUM": lambda *given: sum(_numbers(given), Fraction(0)), "MIN": lambda *given: min(_numbers(given)),
    "MAX": lambda *given: max(_numbers(given)), "ROUND": _round,
    "N": lambda one: one if isinstance(one, Fraction) else Fraction(0),
    "IF": lambda test, yes, no: yes if test else no, "COUNTIFS": _countifs, "LOOKUP": _lookup,
    "IFERROR": lambda value, other: other if value is None else value,
}  # fmt: skip
