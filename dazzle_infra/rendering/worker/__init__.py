"""The worker process. It imports nothing else of this package, so that it starts fast."""
