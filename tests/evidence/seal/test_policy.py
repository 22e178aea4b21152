"""The signing policy: what hangs together, and how a fault is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import load_policy, policy_yaml
from lotproof.evidence.seal.policy import parse_policy

from .packs import World


def written(world: World, folder: Path, change: Callable[[str], str] = str) -> Path:
    path = folder / "signing-policy.yml"
    path.write_text(change(policy_yaml(world.policy)), encoding="utf-8")
    return path


def test_the_policy_is_read_as_it_was_written(world: World, tmp_path: Path) -> None:
    assert load_policy(written(world, tmp_path)) == world.policy


def test_the_copy_in_a_pack_does_not_say_where_keys_lie(world: World) -> None:
    data = world.policy.to_json()

    assert b".p12" not in data
    assert parse_policy(data).people[0].certs == world.policy.people[0].certs


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("order: 2", "order: 1", "a order is used twice"),
        ("field: reviewer", "field: preparer", "a field is used twice"),
        ("person_id: P-011", "person_id: P-004", "a person_id is used twice"),
        ("- approver\npeople", "- qp\npeople", "role 'qp' is not under roles"),
        ("  - approver\n  certs", "  - reviewer\n  certs", "nobody has the role 'approver'"),
        ("lock: false", "lock: true", "only the last role can have lock"),
    ],
)
def test_what_does_not_hang_together_is_refused(
    world: World, tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = written(world, tmp_path, lambda text: text.replace(old, new, 1))

    with pytest.raises(LotproofError, match=message):
        load_policy(path)


def test_a_certificate_cannot_belong_to_two_people(world: World, tmp_path: Path) -> None:
    one, other = (person.certs[0] for person in world.policy.people[:2])

    with pytest.raises(LotproofError, match="belongs to two holders"):
        load_policy(written(world, tmp_path, lambda text: text.replace(one, other)))


def test_a_fault_is_shown_with_line_and_key(world: World, tmp_path: Path) -> None:
    path = written(world, tmp_path, lambda text: text.replace("printed_name:", "name:", 1))
    line = path.read_text().splitlines().index("  name: Marit Oskelund") + 1

    with pytest.raises(LotproofError) as error:
        load_policy(path)

    assert f"{path}:{line}:" in str(error.value)
    assert "unknown key 'people.0.name'" in str(error.value)
    assert "key 'people.0.printed_name' is missing" in str(error.value)


def test_the_policy_in_the_docs_is_one(tmp_path: Path) -> None:
    page = Path(__file__).resolve().parents[3] / "docs/signing-a-pack.md"
    text = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "signing-policy.yml"
    path.write_text(text, encoding="utf-8")

    assert [name for name, _ in load_policy(path).in_order()] == [
        "preparer",
        "reviewer",
        "approver",
    ]
