"""For those who keep the machine: health, metrics, and one log line for each request."""
