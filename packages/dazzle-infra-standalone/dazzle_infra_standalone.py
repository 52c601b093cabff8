"""The script `dazzle` for machines without Dazzle."""

from dazzle_infra.mount.standalone import main as main
