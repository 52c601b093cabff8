"""The resources that Terraform files manage, and the effect of a change of the files on them."""

from dazzle_infra.backends.impact import Address, Impact, MovedAddress
from dazzle_infra.backends.terraform.impact.change import addresses_after
from dazzle_infra.backends.terraform.impact.files import files_below
from dazzle_infra.backends.terraform.impact.roots import TooManyError

__all__ = [
    "Address",
    "Impact",
    "MovedAddress",
    "TooManyError",
    "addresses_after",
    "files_below",
]
