"""The explanation of each variable of the application: who sets it, and what reads it."""

from __future__ import annotations

from typing import NamedTuple

from dazzle_infra.requirements.model import Evidence, Inferred
from dazzle_infra.requirements.model import Setting as Variable
from dazzle_infra.workload.model import Binding, Secret, Setting, Workload

__all__ = ["Explained", "explained"]


class Explained(NamedTuple):
    """A variable of the application.

    Attributes:
        variable: The variable, with its evidence.
        set_by: Who sets it, as a clause.
    """

    variable: Variable
    set_by: str


def explained(workload: Workload, inferred: Inferred) -> dict[str, Explained]:
    """Return every variable of an application by name, also those that its runtime does not use."""
    known = {one.name: one for one in inferred.environment}
    found = {name: Explained(one, "not set: the image serves static files") for name, one in known.items()}
    for name, one in workload.variables():
        is_secret = isinstance(one, Secret) or (isinstance(one, Binding) and one.secret)
        variable = known.get(name, Variable(name, is_secret, None, one.evidence))
        found[name] = Explained(variable, _set_by(one))
    for name in {variable.name for service in workload.services for variable in service.variables}:
        variable = known.get(name, Variable(name, False, None, (_evidence(name, inferred),)))
        found[name] = Explained(variable, f"set for each service: {_values(name, workload)}")
    return dict(sorted(found.items()))


def _set_by(one: Binding | Setting | Secret) -> str:
    if isinstance(one, Setting):
        return f"set by a person; {one.value} by default" if one.value else "set by a person"
    if isinstance(one, Secret):
        return "a random value is generated" if one.generated else "set by a person"
    role = one.role.replace("_", " ")
    where = "" if one.required else ", where it is available"
    return f"set by the infrastructure: {role}{f' of {one.store}' if one.store else ''}{where}"


def _values(name: str, workload: Workload) -> str:
    """Return the values of a variable in the services that listen, or in all services if none of those has it."""
    values = [(service, one.value) for service in workload.services for one in service.variables if one.name == name]
    listening = [(service, value) for service, value in values if service.port]
    return ", ".join(f"{value} for {service.name}" for service, value in listening or values)


def _evidence(name: str, inferred: Inferred) -> Evidence:
    if name == "SCHEDULE_NAME":
        return inferred["scheduler"].evidence[0]
    return Evidence("manifest", "[infra.entry_points]", "the port that the process listens on")
