"""Cloud providers, one folder each."""
