"""Atomic writes to the user's files, with a journal, a lock and backups."""

from dazzle_infra.transaction.apply import apply, recover
from dazzle_infra.transaction.places import check_place
from dazzle_infra.transaction.staging import Write
from dazzle_infra.transaction.state import STATE, refuse_leftover

__all__ = [
    "STATE",
    "Write",
    "apply",
    "check_place",
    "recover",
    "refuse_leftover",
]
