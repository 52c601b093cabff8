"""`python -m dazzle_infra.cli`."""

from dazzle_infra.cli.main import main

main()
