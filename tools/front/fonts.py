"""Builds static/fonts/ (needs fonttools and brotli): `python tools/front/fonts.py ANUPHAN_FOLDER`.

The folder is the unpacked npm package @fontsource-variable/anuphan (the one that holds files/).
"""

import sys
import tempfile
from pathlib import Path

# Not a dependency of the product: whoever rebuilds the fonts installs it.
from fontTools import subset  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
from fontTools.varLib import instancer  # type: ignore[import-not-found]

OUTPUT = Path(__file__).resolve().parents[2] / "static" / "fonts"

# The Baht sign lies in the Thai block: in a file of its own, an English page with prices needn't load Thai. Accents are
# in few names: a page without them need not load them.
FILES = {
    "anuphan-latin.woff2": (
        "latin",
        "U+0020-007E,U+00A0,U+00A7,U+00AB,U+00B0,U+00B1,U+00B7,U+00BB,U+00D7,U+2009,U+200A,U+2010-2014,"
        "U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2032,U+2033,U+2039,U+203A,U+20AC,U+2212",
    ),
    "anuphan-accents.woff2": (
        "latin",
        "U+00A1-00A6,U+00A8-00AA,U+00AC-00AF,U+00B2-00B6,U+00B8-00BA,U+00BC-00D6,U+00D8-00FF,U+0131,"
        "U+0152-0153,U+201A,U+201E,U+2122",
    ),
    "anuphan-thai.woff2": ("thai", "U+0E01-0E3A,U+0E40-0E5B,U+200B-200D,U+25CC"),
    "anuphan-baht.woff2": ("thai", "U+0E3F"),
}
WEIGHTS = (400, 700)
# What a text needs to be set rightly. Fractions and other choices would bring letters that no page shows.
FEATURES = "kern,liga,locl,mark,mkmk,ccmp,rlig"


def build(source: Path, characters: str, output: Path) -> None:
    font = TTFont(source)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    with tempfile.TemporaryDirectory() as folder:
        narrowed = Path(folder) / "narrowed.ttf"
        font.flavor = None
        font.save(narrowed)
        subset.main(
            [
                str(narrowed),
                f"--unicodes={characters}",
                f"--layout-features={FEATURES}",
                "--drop-tables+=MVAR,STAT,gasp",
                "--name-IDs=1,2,13,14",  # whose it is stays
                "--no-hinting",
                "--flavor=woff2",
                f"--output-file={output}",
            ]
        )


def main(package: Path) -> None:
    for name, (script, characters) in FILES.items():
        build(package / "files" / f"anuphan-{script}-wght-normal.woff2", characters, OUTPUT / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
