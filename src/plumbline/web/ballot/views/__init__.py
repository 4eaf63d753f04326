"""Views of ballot: secret ballots that anybody can check."""
