from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terraform_stores import Stores, released_modules, stores
from tests.support.terraform_template import shapes

__all__ = ["shapes"]

DATABASE = "module.database.aws_db_instance.this"
CACHE = "module.cache.aws_elasticache_replication_group.this"
URLS = [f"module.{module}.aws_secretsmanager_secret_version.current" for module in ("cache", "database")]
BEFORE_THE_SERVER = ["aws_db_instance shop-dev", "aws_elasticache_replication_group shop-dev"]
BEFORE_THE_URL = ["aws_secretsmanager_secret_version password-", "aws_secretsmanager_secret_version token-"]
MOMENTS = {"before the server": BEFORE_THE_SERVER, "between the server and the URL": BEFORE_THE_URL}


@pytest.fixture
def made(shapes: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """Return a root with the modules, of which nothing is applied."""
    return stores(tmp_path, shapes["typical"] / "modules", monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_first_apply_that_was_interrupted_is_completed_by_the_next_one(made: Stores, moment: str) -> None:
    made.interrupted(MOMENTS[moment])
    made.apply()
    made.assert_they_agree()
    assert made.planned() == {}


@pytest.mark.slow
def test_a_rotation_that_was_interrupted_again_and_again_is_completed_by_the_next_apply(made: Stores) -> None:
    made.apply()
    before = made.kept()
    for moment in (BEFORE_THE_URL, BEFORE_THE_SERVER, BEFORE_THE_URL, BEFORE_THE_URL):
        made.interrupted(moment, "-var=secrets_version=2")
    made.apply("-var=secrets_version=2")
    made.assert_they_agree()
    assert made.kept()["passwords"] != before["passwords"]
    assert made.kept()["tokens"] != before["tokens"]
    assert made.planned("-var=secrets_version=2") == {}


@pytest.mark.slow
@pytest.mark.parametrize("is_interrupted", [False, True])
def test_a_replaced_server_gets_a_password_with_the_url_of_its_address(made: Stores, is_interrupted: bool) -> None:
    made.apply()
    replaced = (f"-replace={DATABASE}", f"-replace={CACHE}")
    assert made.planned(*replaced) == {key: ["delete", "create"] for key in (DATABASE, CACHE, *URLS)}
    if is_interrupted:
        made.interrupted(BEFORE_THE_URL, *replaced)
        made.apply()
    else:
        made.apply(*replaced)
    made.assert_they_agree()
    assert made.planned() == {}


@pytest.mark.slow
def test_the_token_before_stays_valid_until_the_second_rotation_after_it(made: Stores) -> None:
    made.apply()
    (first,) = made.kept()["tokens"]["shop-dev"]
    made.apply("-var=secrets_version=2")
    assert made.kept()["tokens"]["shop-dev"][1] == first
    made.apply("-var=secrets_version=3")
    assert first not in made.kept()["tokens"]["shop-dev"]
    made.assert_they_agree()


@pytest.mark.slow
def test_stores_of_an_earlier_release_get_new_passwords_in_one_apply_and_are_not_replaced(
    shapes: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stores(tmp_path, released_modules("v1.2.1", tmp_path / "released"), monkeypatch)
    made.apply()
    before = made.kept()
    made.use_modules(shapes["typical"] / "modules")
    earlier = [one.replace(".current", ".url") for one in URLS]
    data = [f"module.{module}.terraform_data.url" for module in ("cache", "database")]
    assert made.planned() == {
        **{key: ["update"] for key in (DATABASE, CACHE, "module.database.aws_iam_role.monitoring[0]")},
        **{key: ["create"] for key in (*URLS, *data)},
        **{key: ["forget"] for key in earlier},
    }
    made.interrupted(BEFORE_THE_URL)
    made.apply()
    made.assert_they_agree()
    assert made.kept()["passwords"] != before["passwords"]
    assert made.planned() == {}


@pytest.mark.slow
def test_a_changed_secret_and_a_changed_server_keep_their_passwords(made: Stores) -> None:
    made.apply()
    before = made.kept()
    main = made.root / "main.tf"
    main.write_text(main.read_text().replace("deletion_protection = false", "deletion_protection = true"))
    changed = made.planned()
    assert {DATABASE, "module.database.aws_secretsmanager_secret.url"} < set(changed)
    assert {action for actions in changed.values() for action in actions} == {"update"}
    assert not set(changed) & set(URLS)
    made.apply()
    assert made.kept() == before


@pytest.mark.slow
def test_an_apply_that_was_interrupted_parted_the_stores_of_the_earlier_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the test: what the other tests find agreeing does not always agree."""
    made = stores(tmp_path, released_modules("v1.2.1", tmp_path / "released"), monkeypatch)
    made.interrupted(["aws_secretsmanager_secret_version DATABASE_URL"])
    made.apply()
    with pytest.raises(AssertionError):
        made.assert_they_agree()
