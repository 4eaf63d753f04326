"""Who may: secret ballots that anybody can check."""
