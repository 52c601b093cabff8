"""The command line of `dazzle-infra` and `dazzle infra`."""

from dazzle_infra.cli.main import main, run, start

__all__ = ["main", "run", "start"]
