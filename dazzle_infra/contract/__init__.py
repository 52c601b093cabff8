"""The contract of templates: what dazzle-infra relies on, and a check that holds a fork to it."""

from dazzle_infra.contract.findings import Finding, Result, Status

__all__ = ["Finding", "Result", "Status"]
