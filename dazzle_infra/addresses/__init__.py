"""What files of Terraform manage, by address, and what a change of the files makes of it."""

from dazzle_infra.addresses.change import addresses_after
from dazzle_infra.addresses.files import files_below
from dazzle_infra.addresses.model import Address, Addresses, MovedAddress
from dazzle_infra.addresses.roots import TooManyError

__all__ = ["Address", "Addresses", "MovedAddress", "TooManyError", "addresses_after", "files_below"]
