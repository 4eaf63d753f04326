"""permissions of assessment."""
