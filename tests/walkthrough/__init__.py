"""Books executed as a person would: their commands in one shell, with stand-ins for `terraform`, `docker` and AWS.

The stand-ins refuse what the real commands refuse, as far as it is known here. `terraform` is an unmodified one with
the stub provider and a local state, `aws` is the real command line interface in front of an account that contains what
Terraform created, `docker` pushes what was built.
"""

from tests.walkthrough.session import Call, walked

__all__ = ["Call", "walked"]
