"""Pages of ballot: secret ballots that anybody can check."""
