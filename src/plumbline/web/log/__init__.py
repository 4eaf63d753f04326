"""Pages and files of the transparency log: open to everyone, without an account."""
