"""The obligation floor as a Django application."""

from django.apps import AppConfig


class ObligationConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.obligation"
    label = "obligation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare kinds of facts; follow what comes into the ledger and the calendar; tell desks what waits; register jobs."""
        from plumbline.kernel import calendar, evidence, todo
        from plumbline.ledger import api as ledger
        from plumbline.obligation import (
            api,
            facts,
            tasks,  # noqa: F401  (its decorators register the jobs)
        )

        ledger.register_kinds(facts.KINDS)
        ledger.register_follower(api.follow)
        calendar.register_follower(api.follow_calendar)
        todo.register(api.rhythm_todos)
        todo.register(api.slip_todos)
        evidence.register_guard("slip:", api.may_read_slip_file)
