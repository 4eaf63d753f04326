"""The meeting floor as a Django application."""

from django.apps import AppConfig


class MeetingConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.meeting"
    label = "meeting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the evidence who reads which files, the desk what waits, and the worker what recurs."""
        from plumbline.kernel import evidence, todo
        from plumbline.meeting import api, tasks  # noqa: F401  (its decorators register the jobs)

        evidence.register_guard("meeting:", api.may_read_meeting_file)
        evidence.register_guard("minutes-book:", api.may_read_book)
        todo.register(api.meeting_todos)
        todo.register(api.term_todos)
