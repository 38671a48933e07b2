"""People who log in: users, teams, the roles and what each may do."""
