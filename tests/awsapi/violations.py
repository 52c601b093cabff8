"""What the services would refuse in the resources of a state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.awsapi.members import member, paths
from tests.awsapi.models import input_of, shape
from tests.awsapi.shapes import problems
from tests.awsapi.tables import tables

__all__ = ["Report", "report"]

_OF_ANY: Final = {"arn", "id", "region", "tags", "tags_all", "timeouts"}
"""Attributes of any resource; `tags` are part of `tags_all`, and `timeouts` are of Terraform alone."""

_BUILT_IN: Final = {"terraform_data"}
"""Resource types of Terraform itself, which call no service."""

Resources = Mapping[str, tuple[str, Mapping[str, Any]]]
"""Type and values of each resource by its address, all of them known."""


@dataclass
class Report:
    """What was held against the models.

    Attributes:
        checked: How many resources of each type became requests.
        unmapped: Resource types, and arguments as `TYPE.ARGUMENT`, that no table knows.
        violations: What a service refuses, each with the address of the resource.
    """

    checked: Counter[str] = field(default_factory=Counter)
    unmapped: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)


def report(resources: Resources) -> Report:
    """Hold resources against the models."""
    made = Report()
    for address, (kind, values) in sorted(resources.items()):
        if kind in _BUILT_IN:
            continue
        if kind not in tables():
            made.unmapped.add(kind)
            continue
        made.checked[kind] += 1
        made.unmapped |= {f"{kind}.{name}" for name in _unknown(kind, values)}
        made.violations += [f"{address}: {problem}" for problem in _refused(kind, dict(values))]
    return made


def _refused(kind: str, values: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the requests; one after the first is made where all that it requires is set."""
    for index, (name, table) in enumerate(tables()[kind]["requests"].items()):
        service, operation = name.split(".")
        shape_name = input_of(service, operation)
        request = {key: made for key, part in table.items() if (made := member(part, values)) is not None}
        if index == 0 or set(shape(service, shape_name).get("required", [])) <= set(request):
            yield from problems(service, shape_name, request, name)


def _unknown(kind: str, values: Mapping[str, Any]) -> set[str]:
    table = tables()[kind]
    read = {name for request in table["requests"].values() for path in paths(request) for name in path.split(".")[:1]}
    chosen = {name for name, value in values.items() if value not in (None, "", [], {})}
    return chosen - read - _OF_ANY - set(table.get("provider", [])) - set(table.get("computed", []))
