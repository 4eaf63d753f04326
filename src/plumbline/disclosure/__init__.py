"""What organisations publish, to whom, and how it is asked for."""
