"""``plumbline doctor``: looks at an installation and says what is missing, and how to mend it."""

from plumbline.config.doctor.examination import examine
from plumbline.config.doctor.findings import Finding, Level, report

__all__ = ["Finding", "Level", "examine", "report"]
