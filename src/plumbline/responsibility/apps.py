"""The responsibility floor as a Django application."""

from django.apps import AppConfig


class ResponsibilityConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.responsibility"
    label = "responsibility"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare kinds of facts."""
        from plumbline.ledger import api as ledger
        from plumbline.responsibility import facts

        ledger.register_kinds(facts.KINDS)
