"""How fast mail is read: delivery reports, plain answers and intents per second, on one core.

    .venv/bin/python bench/read.py [folder of .eml files]

Without a folder the rebuilt reports of the tests are read. Prints one line per measure.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crm.inbox.classify import classify  # noqa: E402
from crm.inbox.intent import read_intent  # noqa: E402
from crm.inbox.reply import reply_text  # noqa: E402
from tests.inbox.mail_systems import SYSTEMS  # noqa: E402
from tests.inbox.test_intent import answers  # noqa: E402

SECONDS = 3.0


def rate(work: list[bytes] | list[str], act: Callable[..., object]) -> float:
    """How many items a second, measured for three seconds after one warm round."""
    for one in work:
        act(one)
    started, n = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        act(work[n % len(work)])
        n += 1
    return n / (time.perf_counter() - started)


def main() -> None:
    files = sorted(Path(sys.argv[1]).glob("*.eml")) if len(sys.argv) > 1 else []
    mails = [f.read_bytes() for f in files] or [s[1] for s in SYSTEMS]
    texts = [text for _, _, text in answers("answers.csv")]
    quoted = [
        f"{t}\n\nOn Mon, 23 Nov 2026 at 09:00, Ada <ada@tidyclock.example> wrote:\n> Hello\n> there" for t in texts
    ]
    print(f"mails classified: {rate(mails, classify):,.0f} a second ({len(mails)} different ones)")
    print(f"answers cut from their quotes: {rate(quoted, reply_text):,.0f} a second")
    print(f"intents read: {rate(texts, read_intent):,.0f} a second")


if __name__ == "__main__":
    main()
