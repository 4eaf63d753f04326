"""Who may: meetings, talks, terms and the minutes book."""
