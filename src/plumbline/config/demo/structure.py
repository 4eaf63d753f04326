"""The tree of Qinghe: 105 departments, 158 organisations under the working committee, and how many members each has.

The figures are those of a typical county (DOMAIN 9): 2 committees, 14 general branches, 142 branches, 2,117 members.
A scale of N repeats departments, organisations and members N times under the one working committee.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final

from plumbline.config.demo import places

ROOT: Final = "QH"
MEMBERS_PER_COUNTY: Final = 2117
SMALLEST_BRANCH, LARGEST_BRANCH = 3, 49
FOUNDED: Final = date(2016, 3, 1)
_ORDINALS: Final = "一二三四五六七八九"
_WORDS: Final = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")
_DISTRICTS: Final = (
    ("东渠", "Dongqu"),
    ("西岭", "Xiling"),
    ("南桥", "Nanqiao"),
    ("北塘", "Beitang"),
    ("云溪", "Yunxi"),
)

Row = dict[str, Any]


@dataclass(slots=True)
class Structure:
    """Organisations and departments as rows of a roster; ``sizes`` says how many members each branch has."""

    organisations: list[Row] = field(default_factory=list)
    departments: list[Row] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def branches(self) -> list[Row]:
        """Return the rows of the branches."""
        return [row for row in self.organisations if row["kind"] == "branch"]

    def below(self, code: str) -> list[str]:
        """Return the codes of the branches at or below an organisation."""
        if code in self.sizes:
            return [code]
        children = [row["code"] for row in self.organisations if row["parent"] == code]
        return [found for child in children for found in self.below(child)]


def build_structure(random: Random, locale: str, scale: int) -> Structure:
    """Return the tree of a county ``scale`` times the usual size."""
    structure = Structure()
    structure.organisations.append(_root(locale))
    for block in range(scale):
        _Block(structure, locale, block).build()
        codes = [row["code"] for row in structure.branches() if row["code"] not in structure.sizes]
        structure.sizes |= _sizes(random, structure, codes)
    return structure


def _root(locale: str) -> Row:
    zh = locale == "zh"
    return {
        "code": ROOT,
        "name": "中共清河县直属机关工作委员会" if zh else "Qinghe County Working Committee of Government Organs",
        "short_name": "县直机关工委" if zh else "Working Committee",
        "kind": "working_committee",
        "parent": "",
        "term_years": 5,
        "founded_on": FOUNDED,
    }


@dataclass(slots=True)
class _Block:
    """One county's worth of departments and organisations."""

    structure: Structure
    locale: str
    block: int
    general: int = 0
    branches: int = 0

    def build(self) -> None:
        """Add the departments of the block, then the organisations in each."""
        joint = {name for group in places.JOINT for name in group}
        codes: dict[str, str] = {}
        for number, (letter, zh, en) in enumerate(places.departments(), start=1):
            codes[en] = self._department(number, letter, zh, en)
        for _letter, zh, en in places.departments():
            if en not in joint:
                self._organisations(codes[en], self._place(zh, en), en)
        for number, group in enumerate(places.JOINT, start=1):
            self._joint(number, codes[group[0]])

    def _place(self, zh: str, en: str) -> str:
        """Return the name of a department in the language and district of the block."""
        if not self.block:
            return zh if self.locale == "zh" else en
        district = _DISTRICTS[(self.block - 1) % len(_DISTRICTS)]
        number = "" if self.block <= len(_DISTRICTS) else str(self.block)
        return (
            f"{district[0]}{number}{zh.removeprefix('县')}" if self.locale == "zh" else f"{district[1]} {number} {en}"
        )

    def _code(self, text: str) -> str:
        return text if not self.block else f"{self.block:02d}-{text}"

    def _department(self, number: int, letter: str, zh: str, en: str) -> str:
        klass = next(names[1 if self.locale == "zh" else 2] for names in places.CLASSES if names[0] == letter)
        code, name = self._code(f"D{number:03d}"), self._place(zh, en)
        full = f"清河{name}" if self.locale == "zh" else f"Qinghe {name}"
        row = {"code": code, "name": full, "short_name": name, "klass": klass, "parent": ROOT, "founded_on": FOUNDED}
        self.structure.departments.append(row)
        return code

    def _organisations(self, department: str, place: str, en: str) -> None:
        """Add a committee, a general branch or a single branch of one department."""
        if places.has_committee(en):
            code = self._organisation("committee", ROOT, department, place)
            self._branches_under(code, department, place, places.COMMITTEE_BRANCHES)
        elif places.has_general_branch(en):
            self.general += 1
            code = self._organisation("general_branch", ROOT, department, place)
            more = int(self.general <= places.LARGER_GENERAL)
            self._branches_under(code, department, place, places.GENERAL_BRANCHES + more)
        else:
            self._branch(ROOT, department, place)

    def _branches_under(self, parent: str, department: str, place: str, number: int) -> None:
        for ordinal in range(number):
            zh, en = f"{place}第{_ORDINALS[ordinal]}", f"{place} {_WORDS[ordinal]}"
            self._branch(parent, department, zh if self.locale == "zh" else en)

    def _joint(self, number: int, department: str) -> None:
        name = f"第{_ORDINALS[number - 1]}联合" if self.locale == "zh" else f"{_WORDS[number - 1]} Joint"
        self._branch(ROOT, department, self._place(name, name), joint=True)

    def _branch(self, parent: str, department: str, place: str, *, joint: bool = False) -> None:
        self._organisation("branch", parent, department, place, joint=joint)

    def _organisation(self, kind: str, parent: str, department: str, place: str, *, joint: bool = False) -> str:
        zh = self.locale == "zh"
        ending = {"committee": "机关党委", "general_branch": "党总支", "branch": "党支部"}[kind]
        words = {"committee": "Committee", "general_branch": "General Branch", "branch": "Branch"}[kind]
        letter = {"committee": "C", "general_branch": "G", "branch": "B"}[kind]
        number = 1 + sum(1 for row in self.structure.organisations if row["kind"] == kind)
        number -= {"committee": 2, "general_branch": 14, "branch": 142}[kind] * self.block
        short = f"{place}{ending}" if zh else f"{place} {words}"
        code = self._code(f"{letter}{number:03d}" if kind == "branch" else f"{letter}{number:02d}")
        self.structure.organisations.append(
            {
                "code": code,
                "name": f"中共清河{short}" if zh else f"Qinghe {short}",
                "short_name": short,
                "kind": kind,
                "parent": parent,
                "department": department,
                "is_joint": joint,
                "term_years": {"committee": 5, "general_branch": 3, "branch": 3}[kind],
                "founded_on": FOUNDED,
            }
        )
        return code


def _sizes(random: Random, structure: Structure, codes: list[str]) -> dict[str, int]:
    """Share the members out: exactly 2,117, branches of general branches the larger, two branches too small."""
    parents: Mapping[str, str] = {row["code"]: row["parent"] for row in structure.organisations}
    weights = {code: random.uniform(*_weight_range(parents[code])) for code in codes}
    sizes = dict.fromkeys(codes, SMALLEST_BRANCH)
    small = set(random.sample([code for code in codes if parents[code] == ROOT], 2))
    for code in _by_weight(random, {code: weight for code, weight in weights.items() if code not in small}):
        if sum(sizes.values()) >= MEMBERS_PER_COUNTY:
            break
        if sizes[code] < LARGEST_BRANCH:
            sizes[code] += 1
    return sizes


def _weight_range(parent: str) -> tuple[float, float]:
    if "G" in parent:
        return 14.0, 24.0
    return (11.0, 17.0) if "C" in parent else (3.0, 26.0)


def _by_weight(random: Random, weights: dict[str, float]) -> Iterator[str]:
    """Yield codes for ever, each about as often as its weight says."""
    codes, shares = list(weights), list(weights.values())
    while True:
        yield from random.choices(codes, shares, k=len(codes))
