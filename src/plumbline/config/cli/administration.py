"""``plumbline migrate`` and ``plumbline doctor``."""

import argparse

from plumbline.config.cli.common import Commands, add_command, application_for


def add(commands: Commands) -> None:
    """Add the commands."""
    add_command(commands, "migrate", run_migrate, summary="bring the tables up to date with this release")
    add_command(
        commands,
        "doctor",
        run_doctor,
        summary="check the installation and say what is missing",
        about="Check the installation: versions, database, tables, secrets, TLS, fonts, holidays, backups, disk. "
        "Exit code 1 when something must be mended.",
    )


def run_migrate(options: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    from plumbline.config.running import application

    with application_for(options, "migrate", migrated=False):
        done = application.migrate(verbosity=1)
    print(f"{done} changes made." if done else "The tables were up to date.")
    return 0


def run_doctor(options: argparse.Namespace) -> int:
    """Check and report."""
    with application_for(options, "doctor", migrated=False):
        from plumbline.config import doctor  # it looks at tables, which Django must have loaded

        return doctor.report(doctor.examine())
