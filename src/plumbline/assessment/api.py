"""The door of the assessment."""
