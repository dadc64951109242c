"""Write a migration with what the models have and the newest schema lacks: python tools/new_migration.py WORDS

Read and edit the file before committing; autogenerate proposes, people decide.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crm.cli.worker import alembic_config  # noqa: E402


def main(words: str) -> None:
    """Bring an empty database to the newest revision and write the difference as the next one."""
    with tempfile.TemporaryDirectory() as folder:
        config = alembic_config(f"sqlite:///{folder}/empty.db")
        command.upgrade(config, "head")
        number = len(list(Path(config.get_main_option("script_location") or "", "versions").glob("*.py"))) + 1
        command.revision(config, message=words, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change")
