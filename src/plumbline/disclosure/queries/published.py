"""What was published, in the form that the log proves."""

from plumbline.disclosure.models import Item
from plumbline.disclosure.rules.texts import Published, files_in_order
from plumbline.kernel import evidence


def published_value(item: Item) -> Published:
    """Return what was published as the value that is hashed; unit and entry must be loaded. One SQL statement.

    Raises ValueError for an item that was never published.
    """
    if item.published_on is None:
        raise ValueError(f"the item {item.pk} was never published")
    files = files_in_order((row.name, row.sha256) for row in evidence.describe(item.files))
    return Published(
        item.pk, item.unit.code, item.entry.code, item.category, item.scope, item.title, item.html, item.published_on,
        item.public_days, files, item.corrects_id, item.reason, item.salt,
    )  # fmt: skip
