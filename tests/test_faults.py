"""docs/faults.md tells the truth: all 80 faults stand in it, and every test that it names exists and bears the number."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.M)
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`")


def rows() -> dict[int, tuple[str, str]]:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    return {int(n): (fault, proof) for n, fault, proof in ROW.findall(text)}


def test_every_fault_from_1_to_80_is_in_the_table_once() -> None:
    numbers = [int(n) for n, _, _ in ROW.findall((ROOT / "docs" / "faults.md").read_text(encoding="utf-8"))]
    assert numbers == list(range(1, 81))


def test_every_fault_names_a_test_that_exists_and_bears_its_number() -> None:
    wrong = []
    for n, (fault, proof) in rows().items():
        tests = NAMED.findall(proof)
        if not tests:
            wrong.append(f"{n}: no test is named")
        for path, name in tests:
            source = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""
            if f"def {name}(" not in source:
                wrong.append(f"{n}: {path} has no {name}")
        if tests and not any(n in numbers(name) for _, name in tests):
            wrong.append(f"{n}: no test of that number among {[name for _, name in tests]}")
        assert len(fault) > 15, n
    assert wrong == []


def test_no_numbered_test_is_missing_from_the_table() -> None:
    named = {name for _, proof in rows().values() for _, name in NAMED.findall(proof)}
    found = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_fault_\d\d_\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert sorted(found - named) == []


def numbers(name: str) -> set[int]:
    """The faults that a test's name bears: test_fault_04_19_to_26_... bears 4 and 19 to 26."""
    found = re.match(r"test_fault_((?:\d\d_|to_)+)", name)
    parts = found.group(1).strip("_").split("_") if found else []
    made: set[int] = set()
    for place, part in enumerate(parts):
        if part == "to":
            made |= set(range(int(parts[place - 1]), int(parts[place + 1]) + 1))
        else:
            made.add(int(part))
    return made
