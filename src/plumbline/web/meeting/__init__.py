"""Pages of meetings, talks, terms and the minutes book."""
