"""The contract of templates: what dazzle-infra relies on, and a check that holds a fork to it."""

from dazzle_infra.contract.check import Checked, check_template
from dazzle_infra.contract.findings import Finding, Result, Status

__all__ = ["Checked", "Finding", "Result", "Status", "check_template"]
