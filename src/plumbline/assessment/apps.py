"""The assessment floor as a Django application."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare kinds of facts; tell the ledger what counted and is frozen, the desk what waits, the jobs what can be done."""
        from plumbline.assessment import (
            api,
            facts,
            tasks,  # noqa: F401  (its decorators register the jobs)
        )
        from plumbline.kernel import evidence, jobs, todo
        from plumbline.ledger import api as ledger

        ledger.register_kinds(facts.KINDS)
        ledger.register_usage(api.fact_uses)
        ledger.register_lock(api.late_warnings)
        ledger.register_veil(api.judgements_veiled)
        ledger.register_results(ledger.ResultSource(api.result_offers, api.passed_results))
        todo.register(api.todos)
        todo.register(api.inspection_todos)
        todo.register(api.publicity_todos)
        todo.register(api.life_todos)
        todo.register(api.rectification_todos)
        evidence.register_guard("finding:", api.may_read_finding_file)
        evidence.register_guard("objection:", api.may_read_objection_file)
        evidence.register_guard("report:", api.may_read_report_file)
        evidence.register_guard("mending:", api.may_read_mending_file)
        jobs.register_guard("round:", api.may_read_job)
