"""Classes of units in templates."""

from django import template

from plumbline.web.assessment import shown

register = template.Library()


@register.filter
def class_title(klass: str) -> str:
    """Return a class as people read it."""
    return shown.class_title(klass)
