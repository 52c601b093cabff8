"""The tables of dazzle.toml that backends bring, and the model of `[infra]` that contains them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from inspect import get_annotations, getdoc
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, create_model
from pydantic_core import CoreSchema

from dazzle_infra.project.manifest.problem import CheckContext, Problem
from dazzle_infra.project.manifest.tables import InfraTable, Table, distinct
from dazzle_infra.values.paths import OutputFolder, TemplateSource
from dazzle_infra.values.placement import TOP
from dazzle_infra.values.refs import Ref
from dazzle_infra.values.words import nearest, quoted

__all__ = [
    "CUSTOM",
    "BackendSettings",
    "BackendTables",
    "CustomSettings",
    "FilesSettings",
    "default_directory",
    "infra_model",
    "settings_in",
    "settings_model",
]


CUSTOM = "custom"
"""The key of `[infra]` with the backends that are templates alone."""


class BackendSettings(Table):
    """Settings of a backend.

    Attributes:
        output: Output directory, relative to dazzle.toml.
        template: Git URL or path of the template; by default the embedded one.
        ref: Tag, range of versions such as `^1.2`, or branch of the template; by default its newest release.
        answers: Answers to questions that only a fork of the template asks.
    """

    output: OutputFolder = ""
    template: TemplateSource | None = None
    ref: Ref | None = None
    answers: dict[str, Any] = {}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Put the keys of the backend's own before those that all backends have."""
        found = super().__get_pydantic_json_schema__(schema, handler)
        table = handler.resolve_ref_schema(found)
        fields = cls.model_fields
        own = dict.fromkeys(name for base in cls.__mro__ for name in get_annotations(base))
        keys = [fields[name].alias or name for name in own if name in fields]
        table["properties"] = {key: table["properties"][key] for key in keys}
        return found

    @classmethod
    def directory_key(cls) -> str:
        """Return the key of the table that names the output directory."""
        return cls.model_fields["output"].alias or "output"

    @classmethod
    def table(cls, name: str) -> tuple[str, ...]:
        """Return the path of the table of a backend."""
        return ("infra", name)

    def chosen_environments(self) -> tuple[str, ...] | None:
        """Return the environments of the application that the backend gets; None for all."""
        return None

    def environment_names(self) -> tuple[str, ...] | None:
        """Return the environments that the table lists for the application; None if it lists none."""
        return None

    def problems(self, context: CheckContext) -> Iterator[Problem]:
        """Yield what does not fit together among the keys of this table, or between them and the rest of dazzle.toml.

        Args:
            context: The rest of dazzle.toml.
        """
        return iter(())


class FilesSettings(BackendSettings):
    """Settings of a backend that writes files at the top of the git repository.

    Attributes:
        output: The top of the repository; no other directory can be set.
    """

    output: Literal["."] = TOP  # type: ignore[assignment]  # the only directory of those that the base allows besides


class CustomSettings(BackendSettings):
    """A backend that is a template alone.

    Attributes:
        template: Git URL or path of the template.
        environments: Environments that the template gets, in this order; by default all.
        answers: Answers to questions whose names are not in the vocabulary.
    """

    template: TemplateSource
    environments: Annotated[tuple[str, ...], BeforeValidator(distinct)] | None = None

    @classmethod
    def table(cls, name: str) -> tuple[str, ...]:
        """Return the path of the table of a backend."""
        return ("infra", CUSTOM, name)

    def chosen_environments(self) -> tuple[str, ...] | None:
        """Return `environments`."""
        return self.environments

    def problems(self, context: CheckContext) -> Iterator[Problem]:
        """Refuse environments that do not exist."""
        known = context.environment_names
        for name in self.environments or ():
            if name not in known:
                near = nearest(name, known)
                guess = f"; did you mean {near}?" if near else ""
                says = f": {quoted(name)} is not a known environment{guess}"
                yield Problem((*context.table, "environments"), says, f"the environments are {', '.join(known)}")


def _named(tables: dict[str, CustomSettings]) -> dict[str, BackendSettings]:
    """Give each table its default directory, which depends on its name."""
    named: dict[str, BackendSettings] = {}
    for name, table in tables.items():
        values = {field: getattr(table, field) for field in table.model_fields_set}
        named[name] = settings_model(name, CustomSettings).model_construct(table.model_fields_set, **values)
    return named


@dataclass(frozen=True)
class BackendTables:
    """The tables that the backends bring.

    Attributes:
        models: The name of each backend and the model of its table, in the order in which the backends run.
        default: Backends that `dazzle infra all` generates where dazzle.toml names none.
        unusable: Names of backends whose packages cannot be used; their tables are accepted as they are.
        custom: Names of the `[infra.custom.NAME]` tables of the dazzle.toml that is read.
        reserved: Names that no `[infra.custom.NAME]` can have besides those of the backends.
    """

    models: tuple[tuple[str, type[BackendSettings]], ...] = ()
    default: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    reserved: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the backends."""
        return tuple(name for name, _ in self.models)


def default_directory(name: str) -> str:
    """Return the output directory of a backend whose table states no other."""
    return f"infra/{name}"


@cache
def settings_model(name: str, model: type[BackendSettings]) -> type[BackendSettings]:
    """Return the model of a backend's table, with `infra/NAME` as the default directory if it states none."""
    if model.model_fields["output"].default:
        return model
    fields: Any = {"output": (OutputFolder, default_directory(name))}
    return create_model(model.__name__, __base__=model, __module__=model.__module__, __doc__=getdoc(model), **fields)


@cache
def infra_model(tables: BackendTables) -> type[InfraTable]:
    """Return the model of `[infra]` with the tables of the backends."""
    fields: dict[str, Any] = {}
    if tables.models:
        known: Any = Literal.__getitem__((*tables.names, *tables.unusable, *tables.custom))
        fields["backends"] = (Annotated[tuple[known, ...], BeforeValidator(distinct)], tables.default)
    for name, stated in tables.models:
        model = settings_model(name, stated)
        # A key may have the name of a method of every pydantic model, such as `copy`; a field may not.
        described = (getdoc(model) or "").partition("\n")[0]
        fields[_field(name)] = (model, Field(model(), alias=name, description=described))
    fields[CUSTOM] = (
        Annotated[dict[str, CustomSettings], AfterValidator(_named)],
        Field({}, description="Backends that are templates alone, by name."),
    )
    for name in tables.unusable:
        described = "Settings of a backend whose package cannot be used."
        fields[_field(name)] = (dict[str, Any], Field({}, alias=name, description=described))
    return create_model("InfraTable", __base__=InfraTable, __doc__=getdoc(InfraTable), **fields)


def settings_in(infra: InfraTable) -> dict[str, BackendSettings]:
    """Return the tables of the backends by name, those of `[infra.custom.NAME]` included."""
    fields = type(infra).model_fields
    values = {field.alias or name: getattr(infra, name) for name, field in fields.items()}
    own = {name: value for name, value in values.items() if isinstance(value, BackendSettings)}
    return {**values.get(CUSTOM, {}), **own}


def _field(name: str) -> str:
    return f"backend_{name.replace('-', '_')}"
