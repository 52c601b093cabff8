"""The user's cache folder, and the results of earlier runs."""
