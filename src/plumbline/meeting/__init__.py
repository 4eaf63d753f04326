"""Organisation life: meetings, talks, terms and the minutes book."""
