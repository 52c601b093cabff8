"""Docker and Terraform projects from a DAZZLE model, as Copier templates that update without loss."""

__all__ = ["__version__"]

__version__ = "0.1.0"
