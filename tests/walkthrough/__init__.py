"""A README executed as a person would: its commands in one shell, with stand-ins for `terraform`, `aws` and `docker`.

The stand-ins refuse what the real commands refuse, as far as it is known here. `terraform` is an unmodified one with
the stub provider and a local state, `aws` holds calls against the model of their service, `docker` pushes what was
built.
"""

from tests.walkthrough.session import Call, walked

__all__ = ["Call", "walked"]
