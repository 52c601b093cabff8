"""The procedures of a provider: what Terraform asks, answered from a schema."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from tests.tfstub import apply, cloud, plan, rules
from tests.tfstub.aws import ACCOUNT
from tests.tfstub.plugin import Method, serve
from tests.tfstub.schema import Block
from tests.tfstub.values import Context
from tests.tfstub.wire import diagnostic, embedded, fields, numeric, read_value, write_value

__all__ = ["ROLLED_BACK", "Provider", "main"]

ROLLED_BACK: Final = "TFSTUB_ROLLED_BACK"
"""The environment variable that names the ECS services, separated by spaces, whose deployments are rolled back."""


class Provider:
    """A provider of one schema, as `mirror` has prepared it in a folder.

    Attributes:
        context: Which provider it is, and the arguments of its `provider` block.
    """

    def __init__(self, folder: Path) -> None:
        prepared = json.loads((folder / "blocks.json").read_text())
        self.context = Context(prepared["name"])
        self._folder = folder
        self._texts: dict[str, dict[str, str]] = prepared["blocks"]
        self._blocks: dict[tuple[str, str], Block] = {}

    def block(self, kind: str, name: str) -> Block:
        """Return the block of a type; parsed on first use, for a provider has thousands."""
        if (kind, name) not in self._blocks:
            self._blocks[kind, name] = json.loads(self._texts[kind][name])
        return self._blocks[kind, name]

    def methods(self) -> dict[str, Method]:
        """Return the remote procedures by name."""
        nothing: Method = lambda request: b""  # noqa: E731
        return {
            "GetSchema": lambda request: (self._folder / "schema.pb").read_bytes(),
            "GetMetadata": self._metadata,
            "PrepareProviderConfig": lambda request: embedded(1, fields(request)[1][-1]),
            "Configure": self._configure,
            "ValidateResourceTypeConfig": lambda request: self._validate("resource", request),
            "ValidateDataSourceConfig": lambda request: self._validate("data_source", request),
            "ValidateEphemeralResourceConfig": nothing,
            "UpgradeResourceState": self._upgrade,
            "ReadResource": self._read,
            "PlanResourceChange": self._plan,
            "ApplyResourceChange": self._apply,
            "ImportResourceState": self._import,
            "ReadDataSource": lambda request: self._open("data_source", 1, request),
            "OpenEphemeralResource": lambda request: self._open("ephemeral_resource", 3, request),
            "RenewEphemeralResource": nothing,
            "CloseEphemeralResource": nothing,
            "GetFunctions": nothing,
            "Stop": nothing,
        }

    def _metadata(self, request: bytes) -> bytes:
        named = [(3, "data_source"), (4, "resource")]
        types = b"".join(embedded(number, embedded(1, name)) for number, kind in named for name in self._texts[kind])
        return embedded(1, numeric(2, 1)) + types

    def _configure(self, request: bytes) -> bytes:
        self.context.settings = read_value(fields(request)[2][-1]) or {}
        allowed = self.context.settings.get("allowed_account_ids")
        if isinstance(allowed, list) and ACCOUNT not in allowed:
            return embedded(1, diagnostic(f"AWS account ID not allowed: {ACCOUNT}", "", []))
        return b""

    def _validate(self, kind: str, request: bytes) -> bytes:
        asked = fields(request)
        name, config = asked[1][-1].decode(), read_value(asked[2][-1])
        problems = rules.check(self.context.provider, kind, name, self.block(kind, name), config)
        return b"".join(embedded(1, diagnostic(*problem)) for problem in problems)

    def _upgrade(self, request: bytes) -> bytes:
        asked = fields(request)
        block = self.block("resource", asked[1][-1].decode())
        known = {*block.get("attributes", {}), *block.get("block_types", {})}
        state = json.loads(fields(asked[3][-1])[1][-1])
        kept = {key: value for key, value in state.items() if key in known}
        return embedded(1, embedded(2, json.dumps(kept)))

    def _read(self, request: bytes) -> bytes:
        asked = fields(request)
        state = read_value(asked[2][-1])
        now = cloud.refreshed(asked[1][-1].decode(), state) if state else state
        return embedded(1, asked[2][-1] if now == state else write_value(now))

    def _plan(self, request: bytes) -> bytes:
        asked = fields(request)
        name = asked[1][-1].decode()
        prior, proposed = read_value(asked[2][-1]), read_value(asked[3][-1])
        if proposed is None:
            return embedded(1, write_value(None))
        block = self.block("resource", name)
        planned = plan.resource(self.context, name, block, prior, proposed)
        message = embedded(1, write_value(planned)) + numeric(5, 1)
        for attribute in plan.replacing(self.context.provider, name, block, prior, planned):
            message += embedded(2, embedded(1, embedded(1, attribute)))
        return message

    def _apply(self, request: bytes) -> bytes:
        asked = fields(request)
        name, planned = asked[1][-1].decode(), read_value(asked[3][-1])
        prior, config = read_value(asked[2][-1]), read_value(asked[4][-1])
        refused = cloud.refusal(name, prior) if planned is None else cloud.failure(name, planned)
        if refused is not None:
            return embedded(1, asked[2][-1]) + embedded(3, diagnostic(name, refused, [])) + numeric(4, 1)
        if planned is None:
            cloud.keep(name, prior, None, None)
            return embedded(1, write_value(None))
        made = apply.values(self.context, "resource", name, self.block("resource", name), planned)
        if name == "aws_ecs_service" and prior and made["name"] in os.environ.get(ROLLED_BACK, "").split():
            made["task_definition"] = prior["task_definition"]
        cloud.keep(name, prior, config, made)
        return embedded(1, write_value(made)) + numeric(4, 1)

    def _import(self, request: bytes) -> bytes:
        asked = fields(request)
        name, identifier = asked[1][-1].decode(), asked[2][-1].decode()
        state = {**plan.empty(self.block("resource", name)), "id": identifier, **cloud.removed(name, identifier)}
        return embedded(1, embedded(1, name) + embedded(2, write_value(state)))

    def _open(self, kind: str, number: int, request: bytes) -> bytes:
        asked = fields(request)
        name, config = asked[1][-1].decode(), read_value(asked[2][-1])
        block = self.block(kind, name)
        made = apply.values(self.context, kind, name, block, plan.unknowns(block, config))
        if kind == "data_source":
            made |= cloud.read(name, config)
        return embedded(number, write_value(made))


def main(folder: str) -> None:
    """Serve the provider that is prepared in the folder."""
    serve(Provider(Path(folder)).methods())
