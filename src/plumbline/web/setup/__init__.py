"""The first set-up: a one-time link makes the first administrator, then four steps lead to a working committee."""
