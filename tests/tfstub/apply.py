"""What a provider makes: values of the right form for what was unknown."""

from __future__ import annotations

import secrets
from typing import Any

from tests.tfstub import aws, policy, rand
from tests.tfstub.schema import Block
from tests.tfstub.values import Context, has_unknown, known, nested
from tests.tfstub.wire import UNKNOWN

__all__ = ["values"]

_FILLED_LISTS = ("cache_nodes", "certificate_authority", "domain_validation_options", "master_user_secret")


def values(context: Context, kind: str, name: str, block: Block, planned: Any) -> Any:
    """Return the planned value with everything known.

    Two resources with the same arguments are two things with two identifiers; a data source reads the same in
    every run.
    """
    if planned is None:
        return None
    seed = {key: value for key, value in known(planned).items() if value not in (None, [], {})}
    if kind != "data_source":
        seed["nonce"] = secrets.token_hex(8)
    if name == "aws_iam_policy_document":
        planned = policy.document(planned)
    elif name == "aws_acm_certificate" and kind == "resource":
        planned = aws.certificate(planned)
    elif context.provider == "random":
        planned = rand.values(name, planned, seed)
    return _Maker(context, kind, name, seed).block(block, planned, known(planned))


class _Maker:
    def __init__(self, context: Context, kind: str, name: str, seed: dict[str, Any]) -> None:
        self.context, self.kind, self.name, self.seed = context, kind, name, seed

    def block(self, block: Block, value: Any, around: dict[str, Any]) -> Any:
        if not isinstance(value, dict):
            return value
        made = dict(value)
        # A name that is made of a prefix comes first, because identifiers are made of the name.
        for key in sorted(block.get("attributes", {}), key=lambda key: (not made.get(f"{key}_prefix"), key)):
            if made.get(key) is UNKNOWN:
                made[key] = self.attribute(key, block["attributes"][key]["type"], {**around, **known(made)})
            elif has_unknown(made.get(key)):
                made[key] = _without_unknown(made[key])
        for key, block_type in block.get("block_types", {}).items():
            if made.get(key) is UNKNOWN:
                made[key] = [] if block_type["nesting_mode"] in ("list", "set") else None
            inside = {**around, **known(made)}

            def fill(inner: Block, part: Any, _: object, inside: dict[str, Any] = inside) -> Any:
                return self.block(inner, part, inside)

            made[key] = nested(block_type, made.get(key), fill)
        return made

    def attribute(self, key: str, kind: Any, around: dict[str, Any]) -> Any:
        if kind == "string":
            return self.text(key, around)
        if kind == "number":
            return 5432 if key == "port" and self.name.startswith("aws_db") else 0 if key == "id" else 1
        if kind == "bool":
            return False
        if isinstance(kind, list):
            return self.collection(key, kind, around)
        return None

    def collection(self, key: str, kind: list[Any], around: dict[str, Any]) -> Any:
        if kind[0] == "object":
            return {name: self.attribute(name, inner, around) for name, inner in kind[1].items()}
        if kind[0] == "map":
            return {}
        if (
            self.context.provider == "aws"
            and (found := aws.collection(self.context, self.name, key, around)) is not None
        ):
            return found
        if isinstance(kind[1], list) and kind[1][0] == "object" and key in _FILLED_LISTS:
            return [self.attribute(key, kind[1], around)]
        return []

    def text(self, key: str, around: dict[str, Any]) -> str:
        if self.context.provider == "aws":
            return aws.text(self.context, self.kind, self.name, key, around, self.seed)
        return rand.text(self.name, key, self.seed)


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_unknown(part) for part in value]
    return "stub" if value is UNKNOWN else value
