"""What was found, and how it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much it matters."""

    WELL = "ok"
    LATER = "note"
    NOW = "MEND"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what it is, how it stands, and what to do where it is not well."""

    level: Level
    subject: str
    told: str
    advice: str = ""


def well(subject: str, told: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(Level.WELL, subject, told)


def later(subject: str, told: str, advice: str) -> Finding:
    """Return a finding that should be mended some time."""
    return Finding(Level.LATER, subject, told, advice)


def now(subject: str, told: str, advice: str) -> Finding:
    """Return a finding that must be mended."""
    return Finding(Level.NOW, subject, told, advice)


def report(findings: Sequence[Finding]) -> int:
    """Print the findings and return the exit code: 1 where something must be mended."""
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        print(f"{finding.level.value:<5} {finding.subject:<{width}}  {finding.told}")
        if finding.advice:
            print(f"{'':<5} {'':<{width}}  -> {finding.advice}")
    urgent = sum(finding.level is Level.NOW for finding in findings)
    notes = sum(finding.level is Level.LATER for finding in findings)
    print(f"\n{urgent} to mend, {notes} to look at.")
    return 1 if urgent else 0
