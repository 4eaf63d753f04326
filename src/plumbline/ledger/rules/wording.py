"""Sentences about kinds: what is wrong with a definition, and why a change to it is refused."""

from collections import Counter

from django.utils.translation import gettext as _

from plumbline.ledger.rules.kinds import (
    ATTRIBUTE_NAME,
    ATTRIBUTE_TYPES,
    CODE,
    AttributeSpec,
    FactKindSpec,
    KindChange,
)

MOST_ATTRIBUTES = 30
MOST_PLACES = 9


def spec_problems(spec: FactKindSpec) -> list[str]:
    """Return what is wrong with the definition of a kind, as sentences."""
    found: list[str] = []
    if not CODE.match(spec.code) or len(spec.code) > 60:
        found.append(_("The code must be small letters, digits and underscores with a dot, such as energy.reported."))
    for label, text in ((_("name"), spec.name), (_("meaning"), spec.meaning), (_("measure"), spec.measure)):
        if not str(text).strip():
            found.append(_("Give the %(field)s.") % {"field": label})
    if not 0 <= spec.places <= MOST_PLACES:
        found.append(_("Decimal places may be 0 to %d.") % MOST_PLACES)
    if len(spec.attributes) > MOST_ATTRIBUTES:
        found.append(_("A kind may have at most %d attributes.") % MOST_ATTRIBUTES)
    names = Counter(item.name for item in spec.attributes)
    found += [_("The attribute %(name)s stands twice.") % {"name": name} for name, n in names.items() if n > 1]
    for item in spec.attributes:
        found += _attribute_problems(item)
    return found


def _attribute_problems(item: AttributeSpec) -> list[str]:
    found: list[str] = []
    said = {"name": item.name}
    if not ATTRIBUTE_NAME.match(item.name) or len(item.name) > 60:
        found.append(_("The attribute name “%(name)s” must be small letters, digits and underscores.") % said)
    if item.type not in ATTRIBUTE_TYPES:
        found.append(_("The attribute %(name)s has an unknown type.") % said)
    if item.type == "choice" and not item.choices:
        found.append(_("The attribute %(name)s needs its choices.") % said)
    if item.type != "choice" and item.choices:
        found.append(_("The attribute %(name)s has choices, but its type is not “choice”.") % said)
    if len(set(item.choices)) != len(item.choices):
        found.append(_("The attribute %(name)s has a choice twice.") % said)
    return found


def explain_change(change: KindChange) -> str:
    """Say why a change would break the facts already posted, and what may be done instead."""
    said = {"name": change.attribute}
    if change.what == "places changed":
        return _("Facts were posted with the present decimal places; add another kind instead.")
    if change.what == "measure changed":
        return _("Facts were posted in the present measure; add another kind instead.")
    if change.what == "removed":
        return _("The attribute %(name)s stands in posted facts; keep it, it may become optional.") % said
    if change.what == "retyped":
        return _("The attribute %(name)s stands in posted facts with its present type; add another one.") % said
    if change.what == "now required":
        return _("The attribute %(name)s is missing in posted facts; it can only be optional.") % said
    return _("Choices of %(name)s stand in posted facts; keep them, and add new ones.") % said
