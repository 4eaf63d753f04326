"""Pages: kernel."""
