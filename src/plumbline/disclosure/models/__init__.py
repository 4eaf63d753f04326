"""Tables: what organisations publish, to whom, and how it is asked for."""

from plumbline.disclosure.models.catalogue import CatalogueEntry, CatalogueVersion
from plumbline.disclosure.models.item import Item, Reading

__all__ = ["CatalogueEntry", "CatalogueVersion", "Item", "Reading"]
