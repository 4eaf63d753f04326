"""The imprint of a result, for pages: ``{% imprint round %}`` inside a list of terms."""

from typing import Any

from django import template

from plumbline.assessment import api as assessment

register = template.Library()


@register.inclusion_tag("assessment/_imprint.html")
def imprint(round_: Any) -> dict[str, Any]:
    """Return the three hashes of the round's run in force; nothing is shown where there is none."""
    return {"imprint": assessment.imprint_of(round_)}
