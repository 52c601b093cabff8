"""Generate and update the infrastructure files of a DAZZLE application from its model."""

__all__ = ["__version__"]

__version__ = "0.1.0"
