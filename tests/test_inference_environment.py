"""What the application reads from its environment, and who sets it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dazzle_infra.project.runtimes import RUNTIME_NAMES, runtime_record
from dazzle_infra.requirements import OAuthProvider, Override, ProjectFacts, Setting, StorageTable, infer
from tests.support.appspecs import appspec, entity

RUNTIME = {"DATABASE_URL", "DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "DAZZLE_SITE_URL", "JWT_SECRET", "PORT"}
"""What every application of one entity reads."""

INFRASTRUCTURE = {"DAZZLE_AWS_ENDPOINT_URL", "QUEUE_URL", "REDIS_URL", "STORAGE_BUCKET"}

Sections = dict[str, Any]
Told = tuple[str, bool, str | None]


def _environment(facts: ProjectFacts | None = None, **sections: Any) -> dict[str, Setting]:
    run_by_dazzle = replace(facts or ProjectFacts(), runtime_variables=runtime_record("dazzle").variables)
    return {setting.name: setting for setting in infer(appspec(**sections), run_by_dazzle).environment}


def _own(facts: ProjectFacts | None = None, **sections: Any) -> list[Told]:
    """Return what only this model's constructs read."""
    settings = _environment(facts, **sections).values()
    return [(s.name, s.secret, s.default) for s in settings if s.name not in RUNTIME | INFRASTRUCTURE]


def _integration(**keys: Any) -> Sections:
    return {"integrations": [{"name": "pager_duty", **keys}]}


def _api(kind: str) -> Sections:
    return {"apis": [{"name": "datadog", "auth_profile": {"kind": kind, "options": {}}}]}


CASES: list[tuple[Sections, list[Told]]] = [
    ({}, []),
    (
        _integration(auth={"auth_type": "api_key", "credentials": ["PAGERDUTY_API_KEY"]}),
        [("PAGERDUTY_API_KEY", True, None)],
    ),
    (
        _integration(auth={"auth_type": "oauth2", "credentials": ['env("PD_ID")', "env('PD_SECRET')"]}),
        [("PD_ID", True, None), ("PD_SECRET", True, None)],
    ),
    (_integration(auth={"auth_type": "api_key", "credentials": ["pd key"]}), [("PD_KEY", True, None)]),
    (_integration(auth={"auth_type": "api_key"}), [("PAGER_DUTY_API_KEY", True, None)]),
    (_integration(auth={"auth_type": "bearer", "credentials": None}), [("PAGER_DUTY_TOKEN", True, None)]),
    (
        _integration(auth={"auth_type": "oauth2"}),
        [("PAGER_DUTY_CLIENT_ID", False, None), ("PAGER_DUTY_CLIENT_SECRET", True, None)],
    ),
    (
        _integration(auth={"auth_type": "basic"}),
        [("PAGER_DUTY_PASSWORD", True, None), ("PAGER_DUTY_USERNAME", False, None)],
    ),
    (_integration(auth={"auth_type": "unheard_of"}), []),
    (
        _integration(base_url="https://events.pagerduty.com/v2"),
        [("PAGER_DUTY_BASE_URL", False, "https://events.pagerduty.com/v2")],
    ),
    (_integration(base_url="https://ann:hunter2@example.com"), [("PAGER_DUTY_BASE_URL", True, None)]),
    (_integration(base_url="https://[broken@"), [("PAGER_DUTY_BASE_URL", True, None)]),
    (_integration(base_url='config("PD_URL")'), [("PD_URL", False, None)]),
    (_integration(mappings=[{"name": "m"}]), [("DAZZLE_API_PAGER_DUTY_URL", False, None)]),
    (
        _integration(actions=[{"name": "a", "call_service": "data.dog-eu"}]),
        [("DAZZLE_API_DATA_DOG_EU_URL", False, None)],
    ),
    (
        _integration(actions=[{"name": "a", "call_service": "datadog"}]) | _api("jwt_static"),
        [
            ("DATADOG_TOKEN", True, None),
            ("DAZZLE_API_DATADOG_KEY", True, None),
            ("DAZZLE_API_DATADOG_URL", False, None),
        ],
    ),
    (_api("api_key_header"), [("DATADOG_API_KEY", True, None)]),
    (_api("api_key_query"), [("DATADOG_API_KEY", True, None)]),
    (_api("jwt_static"), [("DATADOG_TOKEN", True, None)]),
    (_api("oauth2_legacy"), [("DATADOG_CLIENT_ID", False, None), ("DATADOG_CLIENT_SECRET", True, None)]),
    (_api("oauth2_pkce"), [("DATADOG_CLIENT_ID", False, None)]),
    (_api("none"), []),
    (_api("unheard_of"), []),
    ({"domain_services": [{"name": "send_reminder", "kind": "integration"}]}, [("SEND_REMINDER_URL", False, None)]),
    ({"domain_services": [{"name": "send_reminder", "kind": "domain_logic"}]}, []),
    ({"llm_models": [{"name": "m", "provider": "anthropic"}]}, [("ANTHROPIC_API_KEY", True, None)]),
    ({"llm_models": [{"name": "m", "provider": "openai"}]}, [("OPENAI_API_KEY", True, None)]),
    ({"llm_models": [{"name": "m", "provider": "google"}]}, [("GOOGLE_API_KEY", True, None)]),
    ({"llm_models": [{"name": "m", "provider": "google", "project": "p"}]}, []),
    ({"llm_models": [{"name": "m", "provider": "vertex"}, {"name": "n", "provider": "bedrock"}]}, []),
    ({"llm_models": [{"name": "m", "provider": "local"}]}, []),
    ({"llm_models": [{"name": "m", "provider": "local", "api_key_env": "MY_KEY"}]}, [("MY_KEY", True, None)]),
    (
        {"webhooks": [{"name": "N", "url": 'config("N_URL")', "auth": {"secret_ref": 'config("N_SIGN")'}}]},
        [("N_SIGN", True, None), ("N_URL", False, None)],
    ),
    ({"params": [{"key": "k", "default": 'env("UPSTREAM_TOKEN")'}]}, [("UPSTREAM_TOKEN", True, None)]),
    ({"params": [{"key": "k", "default": 'env("MONKEY")'}]}, [("MONKEY", False, None)]),
    (
        {"channels": [{"name": "mails", "kind": "email"}]},
        [
            ("DAZZLE_EMAIL_PROVIDER", False, "mailpit"),
            ("MAILPIT_HOST", False, "localhost"),
            ("MAILPIT_SMTP_PORT", False, "1025"),
        ],
    ),
]


@pytest.mark.parametrize(("sections", "expected"), CASES)
def test_a_construct_brings_its_variables(sections: Sections, expected: list[Told]) -> None:
    assert sorted(_own(**sections)) == sorted(expected)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("pager_duty", "PAGER_DUTY_API_KEY"),
        ("PagerDuty", "PAGER_DUTY_API_KEY"),
        ("HTTPServer2Go", "HTTP_SERVER2_GO_API_KEY"),
        ("pager-duty.v2", "PAGER_DUTY_V2_API_KEY"),
        ("  spaced  out ", "SPACED_OUT_API_KEY"),
        ("3scale", "_3SCALE_API_KEY"),
        ("Ünïcode", "UNICODE_API_KEY"),
        ("日本", "UNNAMED_API_KEY"),
        ("a$(rm -rf)", "A_RM_RF_API_KEY"),
    ],
)
def test_a_derived_name_is_upper_snake_of_the_constructs_name(name: str, variable: str) -> None:
    assert variable in _environment(integrations=[{"name": name, "auth": {"auth_type": "api_key"}}])


def test_what_every_application_reads() -> None:
    environment = _environment()
    assert set(environment) == RUNTIME
    assert {s.name for s in environment.values() if s.origin == "generated"} == {
        "DAZZLE_SECRET_KEY",
        "DAZZLE_SESSION_SECRET",
        "JWT_SECRET",
    }
    assert all(setting.origin != "external" for setting in environment.values())
    assert (environment["PORT"].default, environment["DAZZLE_SITE_URL"].default) == ("8000", "http://localhost:8000")
    assert environment["DATABASE_URL"].secret


def test_an_application_without_entities_reads_no_database() -> None:
    assert set(_environment(entities=[])) == RUNTIME - {"DATABASE_URL"}


@pytest.mark.parametrize("name", [name for name in RUNTIME_NAMES if name != "dazzle"])
def test_another_runtime_reads_nothing_of_dazzles(name: str) -> None:
    inferred = infer(appspec(), ProjectFacts(runtime_variables=runtime_record(name).variables))
    own = {"SECRET_KEY"} if name == "django" else set()
    assert {setting.name for setting in inferred.environment} == {"DATABASE_URL", *own}


def test_asynchronous_work_brings_a_queue_that_only_the_cloud_has() -> None:
    environment = _environment(jobs=[{"name": "sweep"}])
    assert set(environment) == RUNTIME | {"QUEUE_URL", "REDIS_URL"}
    assert environment["QUEUE_URL"].cloud_only
    assert (environment["QUEUE_URL"].origin, environment["REDIS_URL"].origin) == ("platform", "platform")


def test_files_bring_a_bucket_and_an_address_that_only_local_development_has() -> None:
    environment = _environment(entities=[entity("Invoice", scan="file")])
    assert set(environment) == RUNTIME | {"DAZZLE_AWS_ENDPOINT_URL", "STORAGE_BUCKET"}
    assert environment["STORAGE_BUCKET"].default == "storage"
    assert [name for name, setting in environment.items() if setting.local_only] == ["DAZZLE_AWS_ENDPOINT_URL"]


def test_storage_tables_bring_the_variables_that_they_refer_to() -> None:
    table = StorageTable("ab", ("AB_BUCKET",), ("AWS_REGION", "S3_ENDPOINT_URL", "AB_PREFIX", "AB_SECRET_KEY"), "t:3")
    environment = _environment(ProjectFacts(storage=(table,)))
    told = {
        name: (setting.origin, setting.secret, setting.default)
        for name, setting in environment.items()
        if name not in RUNTIME | INFRASTRUCTURE
    }
    assert told == {
        "AB_BUCKET": ("platform", False, "ab-files"),
        "AB_PREFIX": ("external", False, None),
        "AB_SECRET_KEY": ("external", True, None),
        "AWS_REGION": ("platform", False, "us-east-1"),
        "S3_ENDPOINT_URL": ("platform", False, None),
    }
    assert "STORAGE_BUCKET" not in environment
    assert environment["AB_BUCKET"].evidence[0].source == "t:3"


def test_a_store_that_is_not_made_here_leaves_its_variables_to_a_person() -> None:
    tables = (StorageTable("scans", ("SCANS_BUCKET",), ("S3_ENDPOINT_URL",)),)
    facts = ProjectFacts(storage=tables, overrides={"storage": Override(False, "R2 has it")})
    environment = _environment(facts)
    assert (environment["SCANS_BUCKET"].origin, environment["SCANS_BUCKET"].default) == ("external", None)
    assert environment["S3_ENDPOINT_URL"].origin == "external"


def test_a_bucket_has_a_name_that_s3_takes() -> None:
    facts = ProjectFacts(storage=(StorageTable("Cohort_PDFs" * 9, ("A",)), StorageTable("x", ("B",))))
    for name in ("A", "B"):
        default = _environment(facts)[name].default
        assert default is not None
        assert 3 <= len(default) <= 63
        assert default == default.lower().strip("-")
        assert "_" not in default


def test_providers_that_sign_people_in_bring_an_id_and_a_secret() -> None:
    facts = ProjectFacts(oauth_providers=(OAuthProvider("google", "G_ID", "G_SECRET", "dazzle.toml:7"),))
    assert _own(facts) == [("G_ID", False, None), ("G_SECRET", True, None)]
    assert str(_environment(facts)["G_ID"].evidence[0]) == "manifest [[auth.oauth_providers]] google"


LOCAL_DRIVER: list[Told] = [("ANTHROPIC_API_KEY", True, None), ("DAZZLE_LLM_DRIVER", False, "anthropic-api")]


@pytest.mark.parametrize(
    ("driver", "sections", "expected"),
    [
        ("anthropic-api", {"llm_intents": [{"name": "ask"}]}, [("ANTHROPIC_API_KEY", True, None)]),
        ("anthropic-api", {}, []),
        ("claude-cli", {"llm_intents": [{"name": "ask"}]}, LOCAL_DRIVER),
        (" Grok-CLI ", {"llm_models": [{"name": "m", "provider": "local"}]}, LOCAL_DRIVER),
        ("claude-cli", {}, []),
        (None, {"llm_intents": [{"name": "ask"}]}, []),
    ],
)
def test_the_driver_of_language_models_brings_its_key(
    driver: str | None, sections: Sections, expected: list[Told]
) -> None:
    assert _own(ProjectFacts(llm_driver=driver), **sections) == expected


def test_a_variable_of_several_constructs_is_one_and_a_secret_wins() -> None:
    environment = _environment(
        apis=[{"name": "crm", "auth_profile": {"kind": "api_key_header"}}],
        integrations=[{"name": "crm", "base_url": "https://crm", "auth": {"auth_type": "api_key"}}],
        params=[{"key": "crm_address", "default": 'env("CRM_BASE_URL")'}],
        webhooks=[{"name": "Crm", "auth": {"secret_ref": 'config("CRM_BASE_URL")'}}],
    )
    assert [str(evidence) for evidence in environment["CRM_API_KEY"].evidence] == ["api crm", "integration crm"]
    address = environment["CRM_BASE_URL"]
    assert [str(evidence) for evidence in address.evidence] == ["integration crm", "param crm_address", "webhook Crm"]
    assert (address.secret, address.default) == (True, None)


def test_of_several_defaults_one_counts_whatever_their_order() -> None:
    both = [{"name": "crm", "base_url": "https://b.example.com"}, {"name": "Crm", "base_url": "https://a.example.com"}]
    for integrations in (both, both[::-1]):
        assert _environment(integrations=integrations)["CRM_BASE_URL"].default == "https://a.example.com"


def test_a_variable_that_the_infrastructure_sets_is_not_asked_of_a_person() -> None:
    setting = _environment(params=[{"key": "k", "default": 'env("DATABASE_URL")'}])["DATABASE_URL"]
    assert (setting.origin, setting.secret) == ("platform", True)
    assert [str(evidence) for evidence in setting.evidence] == ["model", "param k"]


def test_a_credential_is_evidence_once() -> None:
    setting = _environment(**_integration(auth={"auth_type": "api_key", "credentials": ['env("PD_KEY")']}))["PD_KEY"]
    assert [evidence.because for evidence in setting.evidence] == ["credentials of its api_key auth"]
