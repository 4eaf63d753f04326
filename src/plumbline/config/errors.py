"""What a command tells its user when it cannot go on."""


class CommandFailed(Exception):
    """A command cannot go on; the text says what is wrong and how to mend it. The command ends with ``code``."""

    def __init__(self, message: str, *, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
