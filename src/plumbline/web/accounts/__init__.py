"""The reader's own account: language, sign-in, two-factor, devices."""
