"""What AWS takes and what it refuses, as tables with their sources, held against the values of an applied tree.

A schema says which arguments there are and of which type. Which words, numbers, names and combinations the cloud
accepts is said by its own documentation alone, so that neither Terraform nor the stub of `tests.tfstub` can see it.
"""

from tests.awsfacts.findings import findings

__all__ = ["findings"]
