"""kill -9 and frozen processes, on both databases: nobody twice, nobody lost; and proof that the tests would notice."""

import os
from pathlib import Path

import pytest

from tests.reliability.kill_harness import Setup, Toll, run


def fair(toll: Toll) -> tuple[int, int]:
    return toll.duplicates, toll.lost


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


@pytest.mark.slow
def test_requeueing_without_asking_the_sent_folder_would_be_caught(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    toll = run(
        Setup(
            url, tmp_path, seed=7, messages=60, workers=3, freeze_share=0.0, lease=1.0, most=60, broken="naive_requeue"
        )
    )
    assert toll.duplicates > 0, toll


@pytest.mark.slow
def test_sending_without_a_fence_would_be_caught(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    toll = run(
        Setup(url, tmp_path, seed=11, messages=60, workers=3, freeze_share=1.0, lease=1.0, most=30, broken="no_fencing")
    )
    assert toll.duplicates > 0, toll


@pytest.mark.reliability
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_six_hundred_mails_four_workers_and_sixty_kills(both: str, tmp_path: Path, seed: int) -> None:
    toll = run(Setup(both, tmp_path, seed=seed, messages=600, workers=4, mailboxes=6, most=60, seconds=240))
    report = Path(os.environ.get("RELIABILITY_REPORT", tmp_path / "toll.txt"))
    with report.open("a") as out:
        out.write(f"{both.partition(':')[0]} seed {seed}: {toll}\n")
    assert fair(toll) == (0, 0), toll
    assert toll.kills >= 40, toll
