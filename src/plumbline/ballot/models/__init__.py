"""Tables: secret ballots that anybody can check."""
