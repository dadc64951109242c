"""kill -9 and frozen processes, on both databases: nobody twice, nobody lost; and proof that the tests would notice."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.reliability.kill_harness import Setup, Toll, run


def fair(toll: Toll) -> tuple[int, int]:
    return toll.duplicates, toll.lost


def within_caps(toll: Toll, mailbox: int, domain: int) -> bool:
    return max(toll.per_mailbox.values()) <= mailbox and max(toll.per_domain.values()) <= domain


@pytest.mark.slow
def test_fault_01_02_03_07_16_killed_senders_mail_everybody_exactly_once(both: str, tmp_path: Path) -> None:
    toll = run(Setup(both, tmp_path, seed=7, messages=45, workers=3, freeze_share=0.0, most=15))
    assert fair(toll) == (0, 0), toll
    assert toll.kills >= 5, toll


@pytest.mark.slow
def test_fault_08_frozen_senders_that_wake_after_their_lease_do_no_harm(both: str, tmp_path: Path) -> None:
    toll = run(Setup(both, tmp_path, seed=11, messages=15, workers=3, freeze_share=1.0, lease=1.5, every=0.3, most=3))
    assert fair(toll) == (0, 0), toll
    assert toll.freezes >= 2, toll


@pytest.mark.reliability
def test_fault_07_40_53_stops_and_caps_hold_while_senders_are_killed(both: str, tmp_path: Path) -> None:
    toll = run(
        Setup(
            both,
            tmp_path,
            seed=5,
            messages=40,
            workers=4,
            mailboxes=4,
            most=8,
            stops=6,
            lease=1.5,
            hour_cap=9,
            domains=8,
            domain_cap=4,
        )
    )
    assert fair(toll) == (0, 0), toll
    assert toll.after_stop == 0 < toll.stopped, toll
    assert within_caps(toll, 9, 4), toll


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken",
    [
        Setup("", Path(), seed=7, freeze_share=0.0, lease=1.0, most=60, broken="naive_requeue"),
        Setup("", Path(), seed=11, freeze_share=1.0, lease=1.0, most=30, broken="no_fencing"),
        Setup("", Path(), seed=3, quiet=True, stops=60, before_data=0.15, broken="no_gate"),
    ],
    ids=lambda s: s.broken,
)
def test_a_sender_with_one_protection_taken_out_is_caught_by_the_servers_record(tmp_path: Path, broken: Setup) -> None:
    toll = run(replace(broken, url=f"sqlite:///{tmp_path / 'broken.db'}", folder=tmp_path))
    assert (toll.after_stop if broken.broken == "no_gate" else toll.duplicates) > 0, toll


@pytest.mark.reliability
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_six_hundred_mails_four_workers_and_sixty_kills(both: str, tmp_path: Path, seed: int) -> None:
    toll = run(
        Setup(
            both,
            tmp_path,
            seed=seed,
            messages=600,
            workers=4,
            mailboxes=6,
            most=80,
            stops=20,
            hour_cap=95,
            domains=100,
            domain_cap=5,
            seconds=400,
        )  # fmt: skip
    )
    report = Path(os.environ.get("RELIABILITY_REPORT", tmp_path / "toll.txt"))
    with report.open("a") as out:
        out.write(f"{both.partition(':')[0]} seed {seed}: {replace(toll, per_domain={})}\n")
    assert fair(toll) == (0, 0), toll
    assert toll.after_stop == 0, toll
    assert within_caps(toll, 95, 5), toll
    assert toll.kills >= 40, toll
