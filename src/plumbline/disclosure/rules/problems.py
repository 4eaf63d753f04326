"""What is said when the rules of disclosure refuse something."""


class Refused(Exception):
    """A rule does not allow this. ``message`` says what is wrong and how to mend it; ``field`` names the input."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
