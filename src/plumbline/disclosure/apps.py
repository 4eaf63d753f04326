"""The disclosure floor as a Django application."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare kinds of facts, and say who may open the files of items."""
        from plumbline.disclosure import api, facts
        from plumbline.kernel import evidence
        from plumbline.ledger import api as ledger

        ledger.register_kinds(facts.KINDS)
        evidence.register_guard("disclosure:", api.may_read_file)
