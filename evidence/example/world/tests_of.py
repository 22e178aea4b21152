"""Specification lines that several materials share, with plausible limits and spreads."""

from __future__ import annotations

from .things import Characteristic


def identity(method: str) -> Characteristic:
    """A specific identity test of the substance."""
    return Characteristic("identity", "identity", method, text="complies")


def appearance(text: str) -> Characteristic:
    """What the material looks like."""
    return Characteristic("appearance", "physical", "visual", text=text)


def assay(
    method: str, lower: str = "98.0", upper: str = "102.0", mean: float = 99.8
) -> Characteristic:
    """Content of the active or main substance."""
    return Characteristic("assay", "assay", method, lower, upper, "%", typical=(mean, 0.5))


def water(upper: str, mean: float, method: str = "Ph. Eur. 2.5.12") -> Characteristic:
    """Water content."""
    return Characteristic(
        "water content", "purity", method, None, upper, "%", typical=(mean, mean / 12)
    )


def loss_on_drying(upper: str, mean: float) -> Characteristic:
    """Loss on drying."""
    return Characteristic(
        "loss on drying", "purity", "Ph. Eur. 2.2.32", None, upper, "%", typical=(mean, mean / 10)
    )


def impurities(upper: str = "0.5", mean: float = 0.15) -> Characteristic:
    """Sum of related substances."""
    return Characteristic(
        "related substances", "purity", "HPLC", None, upper, "%", typical=(mean, 0.03), places=2
    )


def plates(upper: str, mean: float) -> Characteristic:
    """Total aerobic microbial count."""
    return Characteristic(
        "total aerobic count",
        "microbiological",
        "Ph. Eur. 2.6.12",
        None,
        upper,
        "cfu/g",
        typical=(mean, mean / 8),
        places=0,
    )


def dissolution(lower: str = "80", mean: float = 94.0) -> Characteristic:
    """Dissolved after 30 minutes."""
    return Characteristic(
        "dissolution", "physical", "Ph. Eur. 2.9.3", lower, None, "%", typical=(mean, 1.6)
    )


def tablet_weight(mean: float) -> Characteristic:
    """Average weight of a tablet, within 5 percent."""
    return Characteristic(
        "average weight",
        "in_process",
        "MES-IPC-01",
        f"{mean * 0.95:.1f}",
        f"{mean * 1.05:.1f}",
        "mg",
        typical=(mean, mean / 120),
    )


def hardness(lower: str, upper: str, mean: float) -> Characteristic:
    """Crushing strength."""
    return Characteristic(
        "hardness",
        "in_process",
        "MES-IPC-02",
        lower,
        upper,
        "N",
        typical=(mean, mean / 25),
        places=0,
    )


def seal_integrity() -> Characteristic:
    """Blister tightness on the line."""
    return Characteristic("seal integrity", "in_process", "MES-IPC-07", text="pass")


def grammage(lower: str, upper: str, mean: float) -> Characteristic:
    """Mass of paper or board by area."""
    return Characteristic(
        "grammage", "physical", "ISO 536", lower, upper, "g/m2", typical=(mean, 1.4), places=1
    )


FOREIGN_MATTER = Characteristic("foreign matter", "purity", "SOP-QC-052", text="none visible")
RELEASE_RATE = Characteristic(
    "release rate",
    "physical",
    "Ph. Eur. 2.9.3",
    "40",
    "65",
    "%",
    typical=(52.0, 2.0),
)
DIMENSIONS = Characteristic("dimensions", "physical", "SOP-QC-041", text="complies")
PRINT_TEXT = Characteristic("printed text", "identity", "SOP-QC-044", text="complies")
UNIFORMITY = Characteristic(
    "uniformity of dosage units",
    "physical",
    "Ph. Eur. 2.9.40",
    None,
    "15.0",
    "%",
    typical=(6.1, 1.1),
)
STERILITY = Characteristic("sterility", "microbiological", "Ph. Eur. 2.6.1", text="no growth")
PARTICLES = Characteristic("foreign particles", "purity", "USP <751>", text="complies")
