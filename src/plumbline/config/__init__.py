"""The top floor: settings, addresses, the command line, the embedded database, and all that runs an installation."""
