"""The ``plumbline`` command: one module per family of commands, each with ``add(commands)``.

``main`` is the entry point of the package. Modules load Django only when their command runs, so help is quick.
"""

from plumbline.config.cli.main import main

__all__ = ["main"]
