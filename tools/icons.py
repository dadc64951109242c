"""Rebuild crm/static/icons.svg: python tools/icons.py PATH_TO/lucide-static/icons

Writes a sprite of the icons named in templates and Python files (`icon('name')`) and in EXTRA.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRA = """activity archive arrow-down arrow-left arrow-right arrow-up at-sign ban bell book-open bookmark building-2
calendar chart-column check chevron-down chevron-left chevron-right circle-alert circle-check circle-dot
circle-help circle-x clipboard-check clock columns-3 copy corner-up-left download eye external-link
fast-forward file-text filter flag folder-open git-compare globe history image inbox info keyboard lightbulb
link-2 list list-filter loader log-out mail mail-question menu message-square moon newspaper octagon-pause
pause pencil play plus rotate-ccw search send settings shield-check sliders-horizontal sparkles square-pen
sun-medium tag target trash-2 trending-down trending-up triangle-alert undo-2 unlink upload user-round
user-round-plus users wand-sparkles x zap""".split()


def main(folder: Path) -> None:
    """Collect the names in use and write the sprite."""
    text = "".join(p.read_text() for p in ROOT.joinpath("templates").rglob("*.html"))
    used = set(re.findall(r"icon\(\s*['\"]([\w-]+)", text)) | set(EXTRA)
    out = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in sorted(used):
        file = folder / f"{name}.svg"
        if not file.exists():
            sys.exit(f"no such icon: {name}")
        found = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.S)
        inner = re.sub(r"\s+", " ", found[1]).strip() if found else ""
        out.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    ROOT.joinpath("crm/static/icons.svg").write_text("\n".join([*out, "</svg>", ""]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
