"""The responsibility floor as a Django application."""

from django.apps import AppConfig


class ResponsibilityConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.responsibility"
    label = "responsibility"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare kinds of facts; tell desks what waits; guard files."""
        from plumbline.kernel import evidence, todo
        from plumbline.ledger import api as ledger
        from plumbline.responsibility import api, facts

        ledger.register_kinds(facts.KINDS)
        todo.register(api.letter_todos)
        todo.register(api.duty_todos)
        todo.register(api.contact_todos)
        evidence.register_guard("duty:", api.may_read_duty_file)
        evidence.register_guard("contact:", api.may_read_contact_file)
