"""The command line: `dazzle-infra`, which `dazzle infra` is too."""

from dazzle_infra.cli.main import main, run

__all__ = ["main", "run"]
