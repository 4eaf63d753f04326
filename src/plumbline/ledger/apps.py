"""The ledger floor as a Django application."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Declares the shipped kinds of facts and the ledger's jobs when the application starts."""

    name = "plumbline.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the shipped kinds and the jobs."""
        from plumbline.ledger import tasks  # noqa: F401  (its handlers register themselves)
        from plumbline.ledger.facts import SHIPPED, register_kinds

        register_kinds(SHIPPED)
