"""A small workspace in which packs are signed by the command, at a time of the test's own."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lotproof.cli import app_of
from lotproof.commands import packs as command
from lotproof.commands import seal as on_seals
from lotproof.evidence.seal import DEMO_PASSPHRASE, SigningPolicy
from lotproof.evidence.seal.demo_ca import policy_yaml

from .packs import AT, World

WORKSPACE = """\
company: Corvale Manufacturing
example: true
sites:
- {site_id: LEU, name: Leuven, entity: Corvale NV, country: BE, timezone: Europe/Brussels,
   regulated_as: [drug]}
trust: [root.pem]
signing_policy: signing-policy.yml
"""


class Desk:
    """Where people sign; its clock moves only when told."""

    def __init__(
        self, root: Path, world: World, policy: SigningPolicy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.root, self.world, self.at = root, world, AT + timedelta(hours=1)
        self.step = timedelta()
        shutil.copytree(world.ca.key_files["seal"].parent, root / "keys")
        shutil.copy(world.ca.root, root / "root.pem")
        (root / "lotproof.yml").write_text(WORKSPACE)
        (root / "signing-policy.yml").write_text(policy_yaml(policy))
        for module in (command, on_seals):
            monkeypatch.setattr(module, "now", self._now)
        for name in ("LOTPROOF_PASSPHRASE", "LOTPROOF_SEAL_PASSPHRASE"):
            monkeypatch.setenv(name, DEMO_PASSPHRASE)

    def _now(self) -> datetime:
        self.at += self.step
        return self.at

    def drafts(self, count: int = 1) -> list[Path]:
        """Packs nobody has signed."""
        name = self.world.draft.name
        return [
            Path(shutil.copytree(self.world.draft, self.root / f"packs{number}" / name))
            for number in range(count)
        ]

    def sign(self, packs: list[Path], person: str, meaning: str) -> Result:
        """Run ``lotproof sign``, an hour after the last time."""
        self.at += timedelta(hours=1)
        words = ["sign", *map(str, packs), "--as", person, "--meaning", meaning]
        return CliRunner().invoke(app_of(), [*words, "--workspace", str(self.root)])

    def complete(self, packs: list[Path]) -> Result:
        """Run ``lotproof seal complete``, an hour after the last time."""
        self.at += timedelta(hours=1)
        words = ["seal", "complete", *map(str, packs), "--workspace", str(self.root)]
        return CliRunner().invoke(app_of(), words)
