"""Count the histories in which a line that a person wrote is lost: `make histories`.

The same random histories run through the merge, through `dazzle-infra update`, and through plain `copier update` with
the answers that the model asks for. A line is lost where it is in no file afterwards, in no conflict's markers either,
and the command said nothing of it: `dazzle-infra update` must lose none.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import yaml

from tests.support.histories import assert_nothing_is_lost as merge_history
from tests.support.person import Person
from tests.support.releases import FOLDER, RELEASES, commit_all, made_project
from tests.test_update_histories import assert_nothing_is_lost as update_history

COPIER = str(Path(sys.executable).parent / "copier")


def recorded_version(project: Path) -> str:
    """Return the version that the answers file names."""
    answers = yaml.safe_load((project / FOLDER / ".copier-answers.yml").read_text())
    return str(answers["_commit"])


def copier_history(seed: int) -> str:
    """Let a person edit rendered files twice, with a plain `copier update` after each; say what came of it."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    folder = Path(tempfile.mkdtemp())
    try:
        project = made_project(folder / "p", dice.choice(sorted(RELEASES)))
        person, broke = Person(project / FOLDER, dice), False
        for _ in range(2):
            person.edit()
            commit_all(project)
            # Copier refuses a downgrade, so plain Copier is not asked for one.
            versions = [version for version in RELEASES if version >= recorded_version(project)]
            version = dice.choice([*versions, ":current:"])
            answers = [f"--data={name}={str(dice.random() < 0.5).lower()}" for name in ("storage", "mail")]
            command = [COPIER, "update", "--quiet", "--defaults", f"--vcs-ref={version}", *answers]
            done = subprocess.run(command, cwd=project / FOLDER, capture_output=True, check=False)
            broke = broke or done.returncode != 0
            if person.missing():
                return "lines lost"
            person.resolve()
        return "stopped with an error" if broke else "kept"
    finally:
        shutil.rmtree(folder)


def ours(check: Callable[[int], None], seed: int) -> str:
    """Run one history of ours; say what came of it."""
    try:
        check(seed)
    except AssertionError as error:
        return f"wrong: {error}"
    return "kept"


def merged(seed: int) -> str:
    """Run one history through the merge alone."""
    return ours(merge_history, seed)


def updated(seed: int) -> str:
    """Run one history through `dazzle-infra update`."""
    return ours(update_history, seed)


def count(label: str, history: Callable[[int], str], seeds: Iterable[int]) -> Counter[str]:
    """Run the histories on every core; print and return how many came to what."""
    with ProcessPoolExecutor() as pool:
        found = Counter(pool.map(history, seeds, chunksize=4))
    print(f"{label:<28} {', '.join(f'{number} {what}' for what, number in found.most_common())}")  # noqa: T201
    return found


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--trees", type=int, default=10_000, help="histories through the merge alone")
    parser.add_argument("--updates", type=int, default=100, help="histories through each of the two commands")
    chosen = parser.parse_args()
    kept = count("the merge", merged, range(chosen.trees))
    kept += count("dazzle-infra update", updated, range(chosen.updates))
    count("plain copier update", copier_history, range(chosen.updates))
    if set(kept) - {"kept"}:
        raise SystemExit("histories of ours went wrong")


if __name__ == "__main__":
    main()
