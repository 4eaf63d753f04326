"""The log's imprint: what is printed on everything that is published, so that anyone finds its entry."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from plumbline.ledger import api as ledger
from plumbline.web.log.views import qr, whole_address


@dataclass(frozen=True, slots=True)
class LogImprint:
    """Entry number, address and QR code of a publication, and the checkpoint of this moment; ``index`` None while it waits."""

    index: int | None
    link: str
    qr: str
    size: int
    root: str
    origin: str

    @property
    def sentences(self) -> list[str]:
        """Return the imprint as it is printed."""
        if self.index is None:
            told = _("It is being taken up into the transparency log; print this again in a moment to have its number.")
            return [told, _("The log: {link}").format(link=self.link)]
        entry = _("Entry {n} of the transparency log: {link}").format(n=self.index, link=self.link)
        point = _("Checkpoint: {size} entries, fingerprint {root}, log {origin}").format(
            size=self.size, root=self.root, origin=self.origin
        )
        return [entry, point]


def log_imprint(request: HttpRequest, kind: str, subject: str, **document: object) -> LogImprint | None:
    """Return the imprint of the newest publication of a kind about a subject, None where nothing was published."""
    found = ledger.imprint(kind, subject, **document)
    if found is None:
        return None
    link = whole_address(request, "home") if found.index is None else whole_address(request, "entry", found.index)
    return LogImprint(found.index, link, qr(link), found.size, found.root, found.origin)
