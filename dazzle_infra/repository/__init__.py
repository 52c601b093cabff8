"""The user's git repository: its location, branch and ignore rules."""
