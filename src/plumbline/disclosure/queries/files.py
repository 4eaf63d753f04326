"""Who may open the files of items: a file is as public as the widest item that shows it."""

from plumbline.disclosure.permissions import can_read_desk
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation


def may_read_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``disclosure:17``: who watches over the unit opens its files by number.

    Readers of a published item get its files through the item's own address, which knows the item's scope.
    """
    _prefix, _colon, number = scope.partition(":")
    if not number.isdecimal():
        return False
    path = organisation.visible_units(actor).filter(pk=int(number)).values_list("path", flat=True).first()
    return path is not None and can_read_desk(actor, path)
