"""The three-way merge: comparison, change set and git's index."""
