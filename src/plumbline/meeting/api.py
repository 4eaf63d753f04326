"""The one door of the area meeting: meetings, talks, terms and the minutes book."""
