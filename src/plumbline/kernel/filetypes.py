"""What a file is, by its content: the name says nothing that counts, and what cannot be opened is refused.

Reading is bounded: a picture is measured before it is decoded, an archive's list is read but nothing in it is unpacked.
"""

import zipfile
from pathlib import Path, PurePath

import filetype
from django.utils.translation import gettext as _

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"})
"""Pictures that Pillow opens; they are decoded once to see that they are whole."""
KNOWN = PICTURES | {
    "image/heic", "application/pdf", f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation", "application/msword", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", f"{_OPEN}text", f"{_OPEN}spreadsheet", f"{_OPEN}presentation", "audio/mpeg",
    "audio/mp4", "audio/x-wav", "audio/amr", "video/mp4", "video/quicktime", "text/plain", "text/csv",
}  # fmt: skip
"""Every type that can be told; the setting ``PLUMBLINE_EVIDENCE_TYPES`` may allow fewer."""

MOST_PIXELS = 80_000_000
MOST_PIXELS_JPEG = 160_000_000
"""A JPEG is decoded at an eighth of its size, so that the largest of a telephone are no danger."""
MOST_UNPACKED = 1_000_000_000
MOST_RATIO = 200
"""How often a part of a document may be larger unpacked than packed; sheets of numbers reach 30."""
_HEAD = 65_536
_ENCODINGS = ("utf-8", "gb18030")
_SAME = {"image/apng": "image/png", "video/x-m4v": "video/mp4"}
_OFFICE_PARTS = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}presentationml.presentation",
}


class Unfit(ValueError):
    """The content cannot be kept; the message says why and how to mend it."""


def type_of(path: Path, name: str) -> str:
    """Return the media type of a file's content; ``name`` only tells CSV from other text.

    Raises Unfit for a damaged picture or document, a decompression bomb, a document with macros, an unknown content.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _archive_type(path)
    known = filetype.guess(head)
    if known is None:
        return _text_type(head, name)
    media_type = _SAME.get(known.mime, str(known.mime))
    if media_type in PICTURES:
        _check_picture(path, media_type)
    return media_type


def _text_type(head: bytes, name: str) -> str:
    """Return the type of a text. Raises Unfit for bytes that are no text in UTF-8 or GB18030."""
    if not any(byte < 9 or 13 < byte < 32 for byte in head) and any(_decodes(head, one) for one in _ENCODINGS):
        return "text/csv" if PurePath(name).suffix.lower() == ".csv" else "text/plain"
    raise Unfit(_("This content is of no known type. Save it as PDF, or take a photo."))


def _decodes(head: bytes, encoding: str) -> bool:
    """True where the bytes decode, but for a character that the end of the head may have cut."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == _HEAD and error.start > len(head) - 5
    return True


def _check_picture(path: Path, media_type: str) -> None:
    """Raise Unfit for a picture that is damaged or unpacks to more than could ever be shown."""
    from PIL import Image, UnidentifiedImageError  # slow to load: only uploads of pictures wait for it

    jpeg = media_type == "image/jpeg"
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > (MOST_PIXELS_JPEG if jpeg else MOST_PIXELS):
                raise Unfit(_("The picture has too many pixels. Save a smaller copy."))
            if jpeg:
                picture.draft(None, (picture.width // 8, picture.height // 8))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(_("The picture has too many pixels. Save a smaller copy.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit(_("The picture is damaged and cannot be opened. Take or save it again.")) from error


def _archive_type(path: Path) -> str:
    """Return the type of an office document. Raises Unfit for other archives, bombs, macros and damaged ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            plain = archive.read("mimetype").decode("ascii", "replace") if _has_small(parts, "mimetype") else ""
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unfit(_("The document is damaged and cannot be opened. Save it again.")) from error
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unfit(_("The document carries macros. Save it without macros, or as PDF."))
    if is_bomb(parts, unpacked=MOST_UNPACKED, ratio=MOST_RATIO):
        raise Unfit(_("The document unpacks to far more than its size and is not kept. Save it anew, or as PDF."))
    found = next((media_type for part, media_type in _OFFICE_PARTS.items() if part in names), plain.strip())
    if found.startswith((_OFFICE, _OPEN)):
        return found
    raise Unfit(_("An archive is not kept as evidence. Upload the files in it one by one."))


def _has_small(parts: list[zipfile.ZipInfo], name: str) -> bool:
    return any(part.filename == name and part.file_size <= 200 for part in parts)


def is_bomb(parts: list[zipfile.ZipInfo], *, unpacked: int, ratio: int) -> bool:
    """True where an archive's list says that it unpacks to more than ``unpacked`` bytes, or a part to ``ratio`` times.

    Small parts may shrink as they like; what the list conceals, the reader meets when it reads (``zipfile`` stops
    at the size that the list names).
    """
    if sum(part.file_size for part in parts) > unpacked:
        return True
    return any(part.file_size > 2**20 and part.file_size > ratio * max(part.compress_size, 1) for part in parts)
