"""What the files of a project state: dazzle.toml, its packages and its runtime."""
