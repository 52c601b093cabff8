"""The contract between dazzle-infra and templates, and the check of a fork against it."""

from dazzle_infra.contract.check import Checked, check_template
from dazzle_infra.contract.findings import Finding, Result, Status

__all__ = ["Checked", "Finding", "Result", "Status", "check_template"]
