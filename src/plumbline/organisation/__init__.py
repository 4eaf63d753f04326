"""Units, members, posts, roles and the rules of voting: the floor that everything above is about."""
