"""How much base a salt holds, as the workspace declares it in ``salt-factors.yml``.

Controlled substances are declared as anhydrous base; the factor of a material (base by salt, above
0 and at most 1) is the registrant's own statement and is not derived here.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from ..errors import LotproofError

FILE = "salt-factors.yml"


def factors_of(root: Path) -> dict[str, Decimal]:
    """Factor by material, from ``{material_id: factor}``; nothing where the file is not there.

    Raises:
        LotproofError: the file is not as it should be.
    """
    import yaml

    path = root / FILE
    if not path.is_file():
        return {}
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        found = {str(material): Decimal(str(factor)) for material, factor in told.items()}
    except (yaml.YAMLError, AttributeError, InvalidOperation):
        found = {"": Decimal(0)}
    if all(0 < factor <= 1 for factor in found.values()):
        return found
    raise LotproofError(
        "not a list of factors by material",
        "material_id: factor, above 0 and at most 1",
        "write for example: M-5101: 0.8963",
        path,
    )
