"""People who sign in: accounts, their roles and their sessions. Members of teams have none."""
