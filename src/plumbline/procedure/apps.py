"""The procedure floor as a Django application."""

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.procedure"
    label = "procedure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the kinds of facts; tell the desk what waits, the evidence who may read, the jobs what can be done."""
        from plumbline.kernel import evidence, jobs, todo
        from plumbline.ledger import api as ledger
        from plumbline.procedure import (
            api,
            facts,
            tasks,  # noqa: F401  (its decorators register the jobs)
        )

        ledger.register_kinds(facts.KINDS)
        todo.register(api.case_todos)
        evidence.register_guard("case:", api.may_read_case_file)
        jobs.register_guard("procedures:", api.may_read_figures_job)
