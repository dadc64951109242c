"""Broken mails: every real file of the corpora and every rebuilt report, mutated; reading never raises and never hangs."""

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm.inbox.classify import classify
from crm.inbox.reply import reply_text
from tests.inbox.mail_systems import SYSTEMS

CHARSETS = (b"utf-8", b"utf-16", b"iso-2022-jp", b"x-unknown", b"us-ascii", b"big5", b"punycode", b"idna", b"\xff\xfe")
HEADER = re.compile(rb"^[A-Za-z-]{2,40}:[^\n]*\n", re.M)


def flipped(raw: bytes, chance: random.Random) -> bytes:
    """Bytes changed, dropped and added."""
    broken = bytearray(raw)
    for _ in range(chance.randrange(1, 60)):
        at = chance.randrange(len(broken) + 1)
        broken[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(broken)


def truncated(raw: bytes, chance: random.Random) -> bytes:
    """Cut off at the end, at the start, or in the middle."""
    one, other = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
    return chance.choice((raw[:one], raw[one:], raw[:one] + raw[other:]))


def swapped(raw: bytes, chance: random.Random) -> bytes:
    """Header lines that changed their places, twice or not at all."""
    lines = raw.split(b"\n")
    for _ in range(chance.randrange(1, 12)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], chance.choice((lines[one], lines[other], b""))
    return b"\n".join(lines)


def lying(raw: bytes, chance: random.Random) -> bytes:
    """Character sets, encodings and boundaries that are not what they say."""
    raw = re.sub(rb"charset=\"?[\w.-]+\"?", b"charset=" + chance.choice(CHARSETS), raw)
    wrong = chance.choice((b"base64", b"quoted-printable", b"8bit", b"uuencode", b"x"))
    raw = re.sub(rb"(?i)(Content-Transfer-Encoding:)[^\n]*", rb"\1 " + wrong, raw, count=chance.randrange(4))
    if chance.random() < 0.5:
        raw = raw.replace(b"boundary=", chance.choice((b"boundary=;", b'boundary="', b"bound=")), 1)
    return (
        b"Content-Type: text/plain; charset=" + chance.choice(CHARSETS) + b"\n" + raw if chance.random() < 0.3 else raw
    )


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, truncated, swapped, lying)


def mutations(raw: bytes, n: int, seed: int) -> Iterator[bytes]:
    """n broken versions of a file, the ways in turn, now and then two of them."""
    chance = random.Random(seed)
    for k in range(n):
        broken = WAYS[k % len(WAYS)](raw, chance)
        yield chance.choice(WAYS)(broken, chance) if k % 5 == 4 else broken


def read(raw: bytes) -> float:
    """Everything that reads a mail, on these bytes; the seconds of processor time that it took."""
    begun = time.process_time()
    said = classify(raw).as_dict()
    assert said["kind"] and isinstance(said["recipients"], list)
    reply_text(raw.decode("utf-8", "replace"))
    return time.process_time() - begun


@pytest.mark.slow
def test_a_sample_of_broken_mails_never_raises(corpora: Path) -> None:
    chance = random.Random(7)
    files = [f for folder in ("bounces", "replies") for f in sorted((corpora / folder).iterdir()) if f.is_file()]
    sample = [f.read_bytes() for f in chance.sample(files, 12)] + [s[1] for s in chance.sample(list(SYSTEMS), 12)]
    slowest = max(read(broken) for at, raw in enumerate(sample) for broken in mutations(raw, 8, at))
    assert slowest < 3


@pytest.mark.reliability
def test_a_hundred_broken_versions_of_every_real_mail_never_raise(corpora: Path) -> None:
    files = [f for folder in ("bounces", "replies") for f in sorted((corpora / folder).iterdir()) if f.is_file()]
    raws = [f.read_bytes() for f in files] + [s[1] for s in SYSTEMS]
    assert len(raws) > 300
    slowest = max(max(map(read, [raw, *mutations(raw, 100, at)])) for at, raw in enumerate(raws))
    assert slowest < 10


PUMPS = (
    "stop " * 200_000, "do not " * 150_000, "a" * 1_000_000, "@" * 1_000_000, "no, " * 250_000, "\n" * 1_000_000,
    "> " * 500_000, "x@y.zz " * 140_000, "On Mon wrote:\n" * 70_000, "12.12. " * 140_000, "ne plus me " * 90_000,
    "送" * 300_000, "- " * 500_000, "From: a\n" * 120_000, "<a@b.cc>: 550 5.1.1\n" * 50_000, "?!" * 500_000, '{\n "a": 1,\n' * 90_000,
)  # fmt: skip


@pytest.mark.slow
def test_a_megabyte_of_anything_is_read_in_seconds() -> None:
    head = (
        b"From: Ines <ines@site.example>\nSubject: Re: About\nIn-Reply-To: <a@b.example>\nContent-Type: text/plain\n\n"
    )
    slow = {pump[:10]: took for pump in PUMPS if (took := read(head + pump.encode()[:1_000_000])) > 5}
    assert slow == {}
