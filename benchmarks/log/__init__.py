"""The transparency log: appending in batches, a proof among ten million entries, checking a million from outside."""
