"""Small value types and their rules: names, paths, versions, records, trees of files."""
