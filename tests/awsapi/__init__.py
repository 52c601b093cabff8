"""The requests that the values of a plan become, held against the models of the services that botocore brings.

`resources` has a table for each resource type: which requests the AWS provider makes of it, and which argument becomes
which member. The models say what a service accepts: members, types, words, patterns, lengths and ranges.
"""

from tests.awsapi.violations import Report, report

__all__ = ["Report", "report"]
