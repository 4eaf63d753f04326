"""The text of an item: from what is typed to safe HTML, to the canonical form that the log proves, and what a reviewer is shown.

People type plain text with a few marks (``## heading``, ``- point``, ``| cell | cell |``, ``![words](file:7)``), so that the
editor needs no JavaScript; HTML pasted from elsewhere is taken as well. Both go through ``nh3`` before anything is kept.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

from django.utils.translation import gettext as _

from plumbline.disclosure.rules.problems import Refused

LONGEST_TITLE: Final = 160
LONGEST_BODY: Final = 60_000
TAGS: Final = frozenset(
    ("a", "b", "br", "blockquote", "caption", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p",
     "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul")
)  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_PICTURE: Final = re.compile(r"file:(\d{1,18})")
_MARKED_PICTURE: Final = re.compile(r"!\[([^\]\n]{0,200})\]\((file:\d{1,18})\)")
_BOLD: Final = re.compile(r"\*\*([^*\n]+)\*\*")
_TAG: Final = re.compile(r"<(p|h[2-4]|ul|ol|table|div|blockquote|figure)\b", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep pictures of the item itself only, links that lead to the net, and spans that a table can have."""
    if tag == "img" and name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return None if value.lower().startswith("file:") else value
    if name in ("colspan", "rowspan"):
        return value if value.isascii() and value.isdecimal() and 1 <= int(value) <= 20 else None
    return value


def clean(html: str) -> str:
    """Return HTML without anything that could run, load from elsewhere, or disguise itself; idempotent."""
    import nh3  # only what is being written needs it; pages that read never load it

    return nh3.clean(
        html, tags=set(TAGS), attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_attribute, url_schemes={"http", "https", "mailto", "file"}, strip_comments=True,
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip


def html_of(source: str) -> str:
    """Return the safe HTML of what was typed: plain text with marks, or HTML where it holds tags of blocks."""
    text = source.replace("\r\n", "\n").strip()
    if _TAG.search(text):
        return clean(text)
    return clean("\n".join(_block(one) for one in re.split(r"\n\s*\n", text) if one.strip()))


def _block(text: str) -> str:
    """Return one block, set apart by empty lines: a heading, a list, a table or a paragraph."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if len(lines) == 1 and lines[0].startswith(("## ", "### ")):
        level = "h3" if lines[0].startswith("### ") else "h2"
        return f"<{level}>{_inline(lines[0].lstrip('# '))}</{level}>"
    if all(line.startswith(("- ", "• ")) for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    if all(line.startswith("|") and line.endswith("|") and len(line) > 2 for line in lines):
        return _table(lines)
    return "<p>" + "<br>".join(_inline(line) for line in lines) + "</p>"


def _table(lines: Sequence[str]) -> str:
    """Return a table; its first line is the heading where a line of dashes follows it."""
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    headed = len(rows) > 1 and all(set(cell) <= set("-:") and cell for cell in rows[1])
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in rows[0]) if headed else ""
    body = rows[2:] if headed else rows
    cells = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table>{f'<thead><tr>{head}</tr></thead>' if headed else ''}<tbody>{cells}</tbody></table>"


def _inline(text: str) -> str:
    safe = escape(text, quote=False)
    safe = _MARKED_PICTURE.sub(lambda found: f'<img src="{found[2]}" alt="{escape(found[1])}">', safe)
    return _BOLD.sub(r"<strong>\1</strong>", safe)


def pictures_of(html: str) -> tuple[int, ...]:
    """Return the ids of the files that a clean text shows, each once, in order."""
    return tuple(dict.fromkeys(int(found) for found in re.findall(r'src="file:(\d{1,18})"', html)))


def with_pictures(html: str, addresses: Mapping[int, str]) -> str:
    """Return clean HTML with the addresses of its pictures; one whose file is not in ``addresses`` is left out."""

    def put(found: re.Match[str]) -> str:
        address = addresses.get(int(found[2]))
        return "" if address is None else f'{found[1]}src="{escape(address)}"{found[3]}'

    return re.sub(r'(<img [^>]*?)src="file:(\d{1,18})"([^>]*>)', put, html)


def words_of(html: str) -> str:
    """Return the words of clean HTML, for the search, a summary and the reviewer's marks."""
    spaced = re.sub(r"<(br|/p|/h\d|/li|/td|/th|/tr)[^>]*>", " ", html)
    plain = re.sub(r"<[^>]+>", "", spaced)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " "), ("&amp;", "&")):
        plain = plain.replace(entity, sign)
    return " ".join(plain.split())


def check_text(title: str, source: str) -> str:
    """Return the safe HTML of a text; refuse one without a title or words, or one too long. Raises Refused."""
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        raise Refused(_("Give the item a title of at most %d characters.") % LONGEST_TITLE, "title")
    if len(source) > LONGEST_BODY:
        raise Refused(
            _("The text may have at most %d characters: put the rest into an attachment.") % LONGEST_BODY, "text"
        )
    html = html_of(source)
    if not words_of(html):
        raise Refused(_("Write what is disclosed; a file alone can be neither searched nor read aloud."), "text")
    return html


_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity_number(text: str) -> bool:
    """True for 18 signs whose last one fits the others (GB 11643), so that a serial number of a document is not meant."""
    total = sum(int(sign) * weight for sign, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the reviewer should look at: what it seems to be, and the words themselves."""

    kind: str
    words: str


def personal_marks(text: str) -> tuple[Mark, ...]:
    """Return what in a text looks like a person's data, for the reviewer's eye; the machine decides nothing."""
    marks = [Mark("identity", one) for one in _IDENTITY.findall(text) if is_identity_number(one)]
    marks += [Mark("mobile", one) for one in _MOBILE.findall(text)]
    marks += [Mark("mail", one) for one in _MAIL.findall(text)]
    return tuple(dict.fromkeys(marks))


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, as the log proves it: everything that a reader is shown, and a salt.

    The salt makes the hash say nothing to who does not have the text: when a text must be erased, its hash in the log names
    nobody. ``files`` are (name, sha256); ``corrects`` is the number of the item that this one replaces.
    """

    number: int
    unit: str
    entry: str
    category: str
    scope: str
    title: str
    html: str
    published_on: date
    public_days: int | None
    files: tuple[tuple[str, str], ...]
    corrects: int | None
    reason: str
    salt: str


def canonical(published: Published) -> bytes:
    """Return the canonical form: JSON with sorted keys and no spaces, UTF-8; anyone can hash it with ``sha256sum``."""
    fields: dict[str, Any] = {
        "category": published.category, "corrects": published.corrects, "entry": published.entry,
        "files": [{"file": name, "sha256": digest} for name, digest in published.files], "html": published.html,
        "item": published.number, "public_days": published.public_days, "published_on": published.published_on.isoformat(),
        "reason": published.reason, "salt": published.salt, "scope": published.scope, "title": published.title,
        "unit": published.unit,
    }  # fmt: skip
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def text_hash(published: Published) -> str:
    """Return the sha256 of the canonical form, as hex: what stands in the log. Raises ValueError for a salt below 32 bytes."""
    if len(bytes.fromhex(published.salt)) < 32:
        raise ValueError("a salt has 32 bytes at least")
    return hashlib.sha256(canonical(published)).hexdigest()


def files_in_order(files: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return files in the order of the canonical form: by name, then by hash."""
    return tuple(sorted(files))
