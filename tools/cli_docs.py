"""Write docs/cli.md from the commands themselves: python tools/cli_docs.py

A test fails when a command is missing there; run this after adding one.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crm.cli import all_commands  # noqa: E402

HEAD = """# Commands

Everything that the screens do can be scripted. Commands run from the project's folder as `.venv/bin/flask …`; `make
setup` puts it there. With `--json` they print JSON for machines. Exit codes: 0 done, 1 refused with a sentence on
standard error, 2 wrong usage.

They work on your own database in `instance/`; set `BACKLOOP_PRACTICE=1` to talk to the practice world instead.
"""


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group with its full name."""
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from leaves(child, f"{path} {name}")
    else:
        yield path, command


def section(path: str, command: click.Command) -> str:
    """One command: how it is called, what it does, its options."""
    arguments = [p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)]
    lines = [f"### `{' '.join([path, *arguments])}`", "", " ".join((command.help or "").split()), ""]
    options = [p for p in command.params if isinstance(p, click.Option)]
    lines += [f"- `{', '.join(p.opts)}` {(p.help or '').strip()}".rstrip() for p in options]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    parts = [HEAD]
    for top in sorted(all_commands(), key=lambda c: c.name or ""):
        parts.append(
            f"## {top.name}\n\n{(top.help or '').splitlines()[0] if isinstance(top, click.Group) else ''}".rstrip()
            + "\n"
        )
        parts += [section(path, command) for path, command in leaves(top, f"flask {top.name}")]
    ROOT.joinpath("docs/cli.md").write_text("\n".join(parts))


if __name__ == "__main__":
    main()
