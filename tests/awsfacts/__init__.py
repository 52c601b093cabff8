"""What AWS takes and what it refuses, as tables with their sources, held against the values of an applied tree.

A schema says which arguments there are and of which type. Which words, numbers, names and combinations the cloud
accepts is said by the models of its services, against which `tests.awsapi` holds it, and beyond them by the
documentation alone, which these tables quote.
"""

from tests.awsfacts.findings import findings

__all__ = ["findings"]
