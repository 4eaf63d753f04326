"""Running cases: the desk of one person, and the figures of where cases wait."""
