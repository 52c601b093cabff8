"""The process that renders. It imports nothing else of this package, so that it is soon at work."""
