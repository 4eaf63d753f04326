"""Sortable and searchable forms of names: pinyin, initials, strokes.

The embedded PostgreSQL has no ICU collations, so the keys are stored columns (docs/adr/0010-sort-keys-are-stored.md).
"""

from functools import cache
from importlib import resources
from unicodedata import normalize

# Readings that a character has only as a surname, and double surnames that are read unlike their parts.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "盖": "ge", "朴": "piao", "翟": "zhai",
    "缪": "miao", "乐": "yue", "覃": "qin", "种": "chong", "繁": "po", "秘": "bi", "冼": "xian", "员": "yun", "召": "shao",
    "尉": "wei", "令狐": "ling hu", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai",
}  # fmt: skip


def _clean(text: str) -> str:
    """Return the text in one width and one case, without double spaces."""
    return " ".join(normalize("NFKC", text).lower().split())


def syllables(text: str, *, person: bool = False) -> list[str]:
    """Return the text as pinyin syllables and other runs: ``["qing", "he", "xian"]``; ``person`` reads surnames rightly."""
    from pypinyin import lazy_pinyin  # slow to load: only those who write names wait for it

    plain = _clean(text)
    if person:
        for length in (2, 1):
            known = _SURNAMES.get(plain[:length])
            if known:
                return [*known.split(), *syllables(plain[length:])]
    return [part for run in lazy_pinyin(plain) for part in run.split()]


def _looks_like_person(text: str) -> bool:
    """Two to four characters that begin with a surname of its own reading, and with no common word such as 单位 or 解放."""
    if not 2 <= len(text) <= 4 or (text[:1] not in _SURNAMES and text[:2] not in _SURNAMES):
        return False
    from pypinyin.constants import PHRASES_DICT  # slow to load, as above

    return text[:2] in _SURNAMES or text[:2] not in PHRASES_DICT


def pinyin_key(text: str) -> str:
    """Return a key that sorts as dictionaries by pinyin do: syllable by syllable, the characters themselves last."""
    plain = _clean(text)
    read = " ".join(syllables(plain, person=_looks_like_person(plain)))
    return f"{read}|{plain}"[:400]


def initials(text: str) -> str:
    """Return the first letters: ``清河县`` gives ``qhx``, ``Finance Bureau`` gives ``fb``."""
    plain = _clean(text)
    return "".join(part[0] for part in syllables(plain, person=_looks_like_person(plain)))


@cache
def _strokes() -> dict[str, int]:
    """Return the strokes of each character, read once: one line of the table for each count."""
    table = (resources.files("plumbline.kernel") / "data" / "strokes.txt").read_text(encoding="utf-8")
    return {
        character: int(count)
        for count, _space, characters in (line.partition(" ") for line in table.splitlines())
        for character in characters
    }


def stroke_key(text: str) -> str:
    """Return a key that sorts by strokes of the first character, then of the second...; names without strokes come first."""
    counts = _strokes()
    return "".join(f"{counts.get(character, 0):02d}{character}" for character in _clean(text))[:400]


def tones(text: str) -> str:
    """Return pinyin with tone marks, for reading aloud on a page."""
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(text, style=Style.TONE))
