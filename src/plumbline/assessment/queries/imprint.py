"""The imprint of a result: three hashes that stand on everything that leaves the house, and tell any two of them apart."""

from dataclasses import dataclass

from plumbline.assessment.models import Round

SHORT = 12


@dataclass(frozen=True, slots=True)
class Imprint:
    """The sha256 of the frozen inputs (their manifest), of the scheme, and of the result calculated from both."""

    snapshot: str
    scheme: str
    result: str

    @property
    def short(self) -> str:
        """The beginnings, as they fit into the foot of a page."""
        return " · ".join(one[:SHORT] for one in (self.snapshot, self.scheme, self.result))


def imprint_of(round_: Round) -> Imprint | None:
    """Return the imprint of the run in force, None where there is none; no SQL statement where ``round_for`` read the round."""
    if round_.run is None:
        return None
    return Imprint(round_.run.snapshot.manifest_hash, round_.scheme_version.document_hash, round_.run.result_hash)
