"""Makes templates/fonts from the npm packages inter-ui and @fontsource/jetbrains-mono.

    npm pack inter-ui@4.1.1 @fontsource/jetbrains-mono@5.3.0   # then unpack each tarball
    python .dev/fonts.py INTER_UI_PACKAGE JETBRAINS_MONO_PACKAGE

Inter is cut down to the scripts below, and its tabular figures to figures: as published they widen
hyphens and brackets too, which tears lot numbers and dates apart. Both fonts are under the SIL Open
Font License 1.1 without reserved names.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parent.parent / "templates" / "fonts"
CUTS = (
    "web/Inter-Regular",
    "web/Inter-Medium",
    "web/Inter-SemiBold",
    "display/InterDisplay-SemiBold",
)
RANGES = (
    (0x20, 0x24F), (0x2B0, 0x2FF), (0x300, 0x314), (0x370, 0x3FF), (0x400, 0x45F), (0x490, 0x491),
    (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
    (0x2190, 0x2199), (0x2200, 0x22FF), (0x2500, 0x25FF), (0x2713, 0x2717), (0xFFFD, 0xFFFD),
)  # fmt: skip
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "calt", "liga", "tnum", "case", "zero")


def keep_only_figures(font: TTFont) -> None:
    """Let ``tnum`` change figures and nothing else."""
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    figures = {font.getBestCmap()[ord(figure)] for figure in "0123456789"}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            single = getattr(part, "ExtSubTable", part)
            mapping = {name: new for name, new in single.mapping.items() if name in figures}
            single.mapping = mapping


def cut(source: Path) -> None:
    """Write the reduced font."""
    options = subset.Options(
        flavor="woff2", layout_features=list(FEATURES), name_IDs=["*"], notdef_outline=True,
        glyph_names=False, recalc_timestamp=False,
    )  # fmt: skip
    font = subset.load_font(source, options)
    keep_only_figures(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    subset.save_font(font, TARGET / source.name, options)


def main(inter: Path, mono: Path) -> None:
    """Write all fonts and their licences."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in CUTS:
        cut(inter / f"{name}.woff2")
    regular = mono / "files" / "jetbrains-mono-latin-400-normal.woff2"
    shutil.copyfile(regular, TARGET / "JetBrainsMono-Regular.woff2")
    shutil.copyfile(next(inter.glob("LICENSE*")), TARGET / "Inter-OFL.txt")
    shutil.copyfile(mono / "LICENSE", TARGET / "JetBrainsMono-OFL.txt")


if __name__ == "__main__":
    main(*(Path(name) for name in sys.argv[1:3]))
