"""The embedded PostgreSQL: found in its wheel, owned by the command that starts it.

``EmbeddedServer(folder).start()`` makes the data folder on first use, stops what an earlier command left behind when it
was killed, starts the server on a unix socket and returns its address; ``stop()`` ends it. The server also ends by
itself when its owner dies (``PR_SET_PDEATHSIG``), so a ``kill -9`` leaves nothing running; PostgreSQL then recovers
from its log on the next start.
"""

from plumbline.config.postgres.server import EmbeddedServer, ServerFailed

__all__ = ["EmbeddedServer", "ServerFailed"]
