"""Generated stacks, built and started on a private engine: `make e2e`."""
