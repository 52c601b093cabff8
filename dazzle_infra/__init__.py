"""Generate and update Docker and Terraform files for a DAZZLE application from its model."""

__all__ = ["__version__"]

__version__ = "0.1.0"
