"""Documents of AppSpecs: small ones by hand, and random ones of any shape that the IR allows."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dazzle_infra.appspec import AppSpec, read_document

__all__ = ["NOISE", "any_model", "appspec", "document", "documents", "entity"]

Json = dict[str, Any]

any_model = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
"""Settings of a test over random documents: how long one takes is the machine's business, not the test's."""


def entity(name: str, *, domain: str | None = None, **fields: str) -> Json:
    """Return an entity with fields of the given kinds."""
    typed = [{"name": field, "type": {"kind": kind, "max_length": None}} for field, kind in fields.items()]
    return {"name": name, "domain": domain, "fields": typed, "source": None}


def document(**sections: Any) -> Json:
    """Return an AppSpec of one entity with the given sections; `entities` replaces that entity."""
    entities = sections.pop("entities", [entity("Note", title="str")])
    return {"name": "demo", "title": "Demo", "version": "1.0.0", "domain": {"entities": entities}, **sections}


def appspec(**sections: Any) -> AppSpec:
    """Return the view of such a document."""
    return read_document(document(**sections), name="test")


_NAMES = st.sampled_from(["alpha", "beta", "GammaDelta", "epsilon-zeta", "eta.theta", "Ünïcode", "9lives"])
_WORDS = st.text("abcdef_ 019", max_size=6)
NOISE = frozenset({"description", "x_unknown", "zz"})
"""Keys that nobody knows, which random documents carry now and then."""

_ANYTHING = st.none() | st.booleans() | _WORDS | st.lists(_WORDS, max_size=2)
_NOISE = st.dictionaries(st.sampled_from(sorted(NOISE)), _ANYTHING, max_size=2)
_SOURCES = st.none() | st.fixed_dictionaries({"file": st.just("dsl/app.dsl"), "line": st.integers(1, 99)})
_CRONS = st.sampled_from(["0 9 * * *", "*/5 * * * *"])
_TEXTS = _WORDS | st.sampled_from(['config("SHARED_VALUE")', 'env("OTHER_VALUE")', "DATABASE_URL"])
_STEP_KINDS = st.sampled_from(["service", "send", "wait", "human_task", "condition", "side_effect", "unheard_of"])


def _of(**keys: SearchStrategy[Any]) -> SearchStrategy[Json]:
    """Objects with those keys, and now and then keys that nobody knows."""
    return st.builds(lambda known, noise: noise | known, st.fixed_dictionaries(keys), _NOISE)


def _named(**keys: SearchStrategy[Any]) -> SearchStrategy[Json]:
    return _of(name=_NAMES, source=_SOURCES, **keys)


_CLOCK = _of(
    cron=st.none() | _CRONS, interval_seconds=st.none() | st.integers(1, 3600), timezone=st.none() | st.just("UTC")
)
_STEP = st.recursive(
    _of(name=_NAMES, kind=_STEP_KINDS),
    lambda inner: _of(name=_NAMES, kind=st.just("condition"), parallel_steps=st.lists(inner, max_size=2)),
    max_leaves=4,
)
_FIELD = _of(
    name=_NAMES,
    type=_of(kind=st.sampled_from(["str", "file", "ref", "image"])),
    storage=st.none() | st.lists(_NAMES, max_size=1),
)
_AUTH = _of(
    auth_type=st.sampled_from(["api_key", "oauth2", "bearer", "basic", "unheard_of"]),
    credentials=st.lists(st.sampled_from(["A_KEY", 'env("B_KEY")', "odd name"]), max_size=2),
)
_INTEGRATION = _named(
    base_url=st.none() | st.just("https://api.example.com") | _TEXTS,
    auth=st.none() | _AUTH,
    actions=st.lists(_of(name=_NAMES, when_surface=_WORDS, call_service=_NAMES), max_size=1),
    syncs=st.lists(
        _of(name=_NAMES, mode=st.sampled_from(["scheduled", "event_driven"]), schedule=st.none() | _CRONS), max_size=2
    ),
    mappings=st.lists(
        _of(name=_NAMES, triggers=st.lists(_of(trigger_type=st.sampled_from(["on_create", "manual"])), max_size=2)),
        max_size=2,
    ),
)
_SECTIONS: dict[str, SearchStrategy[Json]] = {
    "apis": _named(
        spec_url=st.none() | st.just("https://x/webhooks.json"),
        auth_profile=_of(kind=st.sampled_from(["none", "jwt_static", "oauth2_pkce"])),
    ),
    "atomic_flows": _named(),
    "channels": _named(
        kind=st.sampled_from(["email", "queue", "stream"]),
        send_operations=st.lists(_of(name=_NAMES), max_size=1),
        receive_operations=st.lists(_of(name=_NAMES), max_size=1),
    ),
    "domain_services": _named(kind=st.sampled_from(["domain_logic", "integration", "workflow"])),
    "experiences": _named(
        steps=st.lists(_of(name=_NAMES, kind=st.sampled_from(["surface", "integration"])), max_size=2)
    ),
    "foreign_models": _named(api_ref=_NAMES),
    "integrations": _INTEGRATION,
    "jobs": _named(schedule=st.none() | _CLOCK),
    "ledgers": _named(),
    "llm_intents": _named(triggers=st.lists(_of(on_entity=_NAMES, on_event=st.just("created")), max_size=1)),
    "llm_models": _named(
        provider=st.sampled_from(["anthropic", "google", "local", "unheard_of"]),
        project=st.none() | st.just("gcp"),
        api_key_env=st.none() | st.just("MY_KEY"),
    ),
    "notifications": _named(channels=st.lists(st.sampled_from(["email", "in_app"]), max_size=2)),
    "params": _of(key=_NAMES, default=_TEXTS, sensitive=st.booleans()),
    "processes": _named(trigger=st.none() | _CLOCK, steps=st.lists(_STEP, max_size=3)),
    "projections": _named(),
    "schedules": _named(cron=st.none() | _CRONS, interval_seconds=st.none() | st.integers(1, 3600)),
    "searches": _of(entity=_NAMES, fields=st.lists(_of(path=_NAMES), max_size=2)),
    "slas": _named(),
    "streams": _named(),
    "subscriptions": _of(topic=_NAMES, group_id=_NAMES),
    "transactions": _named(),
    "webhooks": _named(url=_TEXTS, auth=st.none() | _of(secret_ref=st.none() | _TEXTS)),
}
_SINGLE: dict[str, SearchStrategy[Json]] = {
    "event_model": _of(topics=st.lists(_of(name=_NAMES), max_size=1), events=st.lists(_of(name=_NAMES), max_size=1)),
    "llm_config": _of(
        artifact_store=st.sampled_from(["local", "s3"]),
        rate_limits=st.none() | st.dictionaries(_NAMES, st.integers(1, 9), max_size=1),
        concurrency=st.none() | st.dictionaries(_NAMES, st.integers(1, 9), max_size=1),
    ),
    "tenancy": _of(isolation=_of(mode=st.sampled_from(["single", "shared_schema", "database_per_tenant"]))),
}
_HOSTS = st.none() | _of(
    canonical_hosts=st.lists(st.sampled_from(["Desk.example.com", "localhost", "x y"]), max_size=2)
)
_ENTITIES = st.lists(
    _named(domain=st.sampled_from([None, "crm", "platform"]), fields=st.lists(_FIELD, max_size=3), tenant_host=_HOSTS),
    max_size=4,
)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """Draw an AppSpec: any subset of constructs, unknown keys, `null` where the IR allows it."""
    sections: Json = {}
    for section in draw(st.lists(st.sampled_from(sorted(_SECTIONS)), unique=True, max_size=6)):
        sections[section] = draw(st.none() | st.lists(_SECTIONS[section], max_size=3))
    for section in draw(st.lists(st.sampled_from(sorted(_SINGLE)), unique=True, max_size=2)):
        sections[section] = draw(st.none() | _SINGLE[section])
    return document(entities=draw(_ENTITIES), **sections) | draw(_NOISE)
