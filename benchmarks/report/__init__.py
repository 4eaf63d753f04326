"""How long the papers of a round take, against the printing of plain pages alone."""
