"""Secret ballots that anybody can check."""
