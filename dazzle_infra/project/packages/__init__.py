"""Which packages the files of a project declare."""
