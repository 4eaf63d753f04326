"""The words of the pages: compile, check and extract them.

``compile``  writes the ``.mo`` beside every ``.po`` (they are not committed);
``check``    names every English text without a Chinese one, every entry whose text is gone, every text told twice
             differently, and every translation that loses a placeholder; ends with 1 where there is any;
``extract``  with a folder (``extract src/plumbline/web/ledger``), appends what is missing from its catalogue to it,
             with an empty translation to fill in.

Texts come from Python (``gettext`` and its relatives) and from templates (``translate``, ``blocktranslate``), read by
Django's own ``templatize`` and Babel's extractor, so no program but Python is needed.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "plumbline"
LOCALE = "zh_Hans"
# Areas keep their words beside their code, their pages' words beside their pages; everything else is the web floor's.
AREAS = (
    "assessment", "meeting", "responsibility", "procedure", "ballot", "voice", "disclosure", "obligation",
    "ledger", "organisation", "kernel",
)  # fmt: skip
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\([^)]+\)[sdif]|%[sdif]|\{[A-Za-z_0-9.!:]*\}")

Key = tuple[str, str]
"""The context (often empty) and the English text; the singular where there is a plural."""


@dataclass
class Text:
    """One English text, with the places that use it."""

    key: Key
    plural: str = ""
    places: list[str] = field(default_factory=list)

    def message_id(self) -> str | tuple[str, str]:
        """Return it as a catalogue wants it."""
        return (self.key[1], self.plural) if self.plural else self.key[1]


def catalogue_files() -> list[Path]:
    """Return every Chinese catalogue of the source tree."""
    return sorted(SOURCE.glob(f"**/locale/{LOCALE}/LC_MESSAGES/django.po"))


def home_of(source: Path) -> Path:
    """Return the catalogue in which a source file's texts belong."""
    parts = source.relative_to(SOURCE).parts
    if parts[0] in AREAS:
        base = SOURCE / parts[0]
    elif parts[0] == "web":
        area = parts[2] if parts[1] == "templates" and len(parts) > 3 else parts[1]
        base = SOURCE / "web" / area if area in (*AREAS, "api", "log") else SOURCE / "web"
    else:
        base = SOURCE / "web"
    return base / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[Path, bytes]]:
    """Yield every file that may hold texts, templates as the Python that Django makes of them."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    for path in sorted(SOURCE.rglob("*")):
        if "migrations" in path.parts or not path.is_file():
            continue
        if path.suffix == ".py":
            yield path, path.read_bytes()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            # Python's tokenizer reads what comes back: the indents of a template mean nothing, and would stop it.
            lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
            yield path, "\n".join(line.lstrip() for line in lines).encode()


def _key(function: str, strings: tuple[str | None, ...]) -> tuple[Key, str]:
    """Return the key and the plural of one call that the extractor found."""
    given = [text or "" for text in strings]
    context = given.pop(0) if function.startswith(("pgettext", "npgettext")) else ""
    plural = given[1] if "n" + function.lstrip("n") == function and len(given) > 1 else ""
    return (context, given[0]), plural


def used_texts() -> dict[Key, Text]:
    """Return every text that the code and the templates use."""
    found: dict[Key, Text] = {}
    for path, content in _sources():
        for line, function, strings, _comments in extract_python(
            io.BytesIO(content), list(KEYWORDS), (), {"encoding": "utf-8"}
        ):
            given = strings if isinstance(strings, tuple) else (strings,)
            if not given or not isinstance(given[0], str):
                continue
            key, plural = _key(function, given)
            text = found.setdefault(key, Text(key))
            text.plural = text.plural or plural
            text.places.append(f"{path.relative_to(ROOT)}:{line}")
    return {key: text for key, text in found.items() if key[1]}


def read_catalogue(path: Path) -> Catalog:
    """Return a catalogue; raises PoFileError where it is malformed."""
    with path.open("rb") as source:
        return read_po(source, locale=LOCALE, abort_invalid=True)


def _key_of(message: Message) -> Key:
    singular = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    return (message.context or "", singular)


def _translation(message: Message) -> str:
    """Return the Chinese text; Chinese has one form, so a plural has one too."""
    if isinstance(message.string, (tuple, list)):
        return message.string[0] if message.string else ""
    return message.string or ""


def _entries() -> Iterator[tuple[Path, Message]]:
    for path in catalogue_files():
        for message in read_catalogue(path):
            if message.id:
                yield path, message


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def problems() -> list[str]:
    """Return, in words, everything that is wrong with the translations."""
    used, told, found = used_texts(), {}, []
    for path, message in _entries():
        key, chinese, place = _key_of(message), _translation(message), path.relative_to(ROOT)
        if key not in used:
            found.append(f"{place}: no longer used: {key[1]!r}")
        if message.fuzzy:
            found.append(f"{place}: marked fuzzy: {key[1]!r}")
        if chinese and told.setdefault(key, chinese) != chinese:
            found.append(f"{place}: told twice differently: {key[1]!r} is {told[key]!r} and {chinese!r}")
        wanted = set().union(*(_placeholders(text) for text in ([key[1], used[key].plural] if key in used else [])))
        if chinese and key in used and not _placeholders(chinese) <= wanted | {"%%"}:
            found.append(f"{place}: placeholder unknown to the English text: {key[1]!r}")
    for key, text in sorted(used.items()):
        if key not in told:
            found.append(f"{text.places[0]}: no Chinese text for {key[1]!r}")
    return found


def compile_all() -> int:
    """Write every ``.mo``; return how many."""
    files = catalogue_files()
    for path in files:
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_catalogue(path))
    return len(files)


def extract(folder: Path) -> int:
    """Append missing texts that belong in the catalogue of ``folder``; return how many."""
    home = folder.resolve() / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
    known = {_key_of(message) for _path, message in _entries()}
    missing: dict[Path, list[Text]] = {}
    for key, text in sorted(used_texts().items()):
        place = home_of(ROOT / text.places[0].rsplit(":", 1)[0])
        if key not in known and place == home:
            missing.setdefault(place, []).append(text)
    for path, texts in missing.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read_catalogue(path) if path.exists() else Catalog(locale=LOCALE, project="Plumbline")
        for text in texts:
            catalogue.add(text.message_id(), context=text.key[0] or None)
        with path.open("wb") as target:
            write_po(target, catalogue, width=120, no_location=True, omit_header=False)
    return sum(len(texts) for texts in missing.values())


def main(arguments: list[str]) -> int:
    """Run one of the three commands; return the exit code."""
    command = arguments[0] if len(arguments) == (2 if "extract" in arguments[:1] else 1) else ""
    if command == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    if command == "extract":
        print(f"{extract(Path(arguments[1]))} texts added, to be translated")
        return 0
    if command == "check":
        found = problems()
        print("\n".join(found) if found else "every text stands in both languages")
        return 1 if found else 0
    print("usage: messages.py compile | check | extract FOLDER", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
