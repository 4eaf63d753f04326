"""Tables: meetings, talks, terms and the minutes book."""
