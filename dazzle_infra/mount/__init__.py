"""`dazzle infra`: the commands of dazzle-infra on Dazzle's own command line."""

from dazzle_infra.mount.finder import find_spec, infra_arguments

__all__ = ["find_spec", "infra_arguments"]
