"""The ledger floor as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
