"""The house rules as programs: import order, purity, one place for commits and time, budgets, names."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CRM = ROOT / "crm"
ORDER = "accounts pages targets prospects gap contacts mailboxes batches outbox outcomes inbox learning reports".split()
IMPURE = {"service.py", "run.py", "queries.py", "views.py", "forms.py", "api.py", "__init__.py"}
# Modules of a slice that stand between the six kinds; each has its reason in decision 0002.
DECLARED = {
    "accounts/access.py": "membership is asked of the database by every view",
    "outbox/claim.py": "the claim is SQL by its nature; the service calls it",
}
# Pure modules that earlier slices may import (decision 0002): numbers and calendars, no verbs.
LEAVES = {
    "crm.learning.model",
    "crm.learning.batching",
    "crm.learning.variants",
    "crm.outbox.schedule",
    "crm.outbox.zones",
    "crm.outbox.forecast",
    "crm.outbox.compose",
}
FORBIDDEN_TO_PURE = ("flask", "sqlalchemy", "crm.models", "crm.db", "crm.adapters", "requests", "httpx2", "smtplib")
HEAVY = ("sklearn", "trafilatura", "duckdb", "htmldate", "py3langid", "scipy", "pandas", "numpy", "holidays")
BAD_NAMES = re.compile(r"utils|helpers|manager|misc|(?:^|_)common(?:_|\.)|^base\.py$")
MAX_FILE, MAX_MODEL, MAX_FUNCTION, MAX_VIEW = 300, 200, 50, 15


def sources(root: Path = CRM) -> Iterator[Path]:
    return (p for p in sorted(root.rglob("*.py")) if "__pycache__" not in p.parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree: ast.Module, *, top_only: bool = False) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body if top_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def slice_of(path: Path) -> str | None:
    parts = path.relative_to(CRM).parts
    return parts[0] if len(parts) > 1 and parts[0] in ORDER else None


def order_faults(files: dict[str, ast.Module]) -> list[str]:
    """Imports of a later slice, by file name relative to crm/."""
    faults = []
    for name, tree in files.items():
        own = name.split("/")[0]
        if own not in ORDER:
            continue
        for module, _ in imports_of(tree):
            parts = module.split(".")
            if parts[0] != "crm" or len(parts) < 2 or parts[1] not in ORDER or parts[1] == own:
                continue
            if module in {"crm.learning", "crm.outbox"} or any(
                m == leaf for m in (module, module.rpartition(".")[0]) for leaf in LEAVES
            ):
                continue
            if ORDER.index(parts[1]) > ORDER.index(own):
                faults.append(f"{name} imports the later {module}")
    return faults


def purity_faults(files: dict[str, ast.Module]) -> list[str]:
    """Pure files that touch Flask, the database, the network or the time."""
    faults = []
    for name, tree in files.items():
        parts = name.split("/")
        if parts[0] not in ORDER or parts[-1] in IMPURE or name in DECLARED:
            continue
        for module, _ in imports_of(tree):
            if any(module == bad or module.startswith(bad + ".") for bad in FORBIDDEN_TO_PURE):
                faults.append(f"{name} is pure and imports {module}")
        text = ast.unparse(tree)
        faults += [f"{name} is pure and calls {c}" for c in ("datetime.now(", "clock.now(", "real_now(") if c in text]
    return faults


def commit_faults(texts: dict[str, str]) -> list[str]:
    return [name for name, text in texts.items() if ".commit(" in text and name != "db.py"]


def time_faults(texts: dict[str, str]) -> list[str]:
    reads = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(\)")
    return [name for name, text in texts.items() if reads.search(text) and name != "clock.py"]


def budget_faults(texts: dict[str, str]) -> list[str]:
    faults = []
    for name, text in texts.items():
        lines, limit = text.count("\n"), MAX_MODEL if name.startswith("models/") else MAX_FILE
        if lines > limit:
            faults.append(f"{name}: {lines} lines, {limit} allowed")
        for f in functions_of(ast.parse(text)):
            size = (f.end_lineno or f.lineno) - f.lineno + 1
            is_view = name.endswith("views.py") and any("bp" in ast.unparse(d) for d in f.decorator_list)
            if size > (MAX_VIEW if is_view else MAX_FUNCTION):
                faults.append(f"{name}:{f.lineno} {f.name}: {size} lines")
    return faults


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {p.relative_to(CRM).as_posix(): p.read_text(encoding="utf-8") for p in sources()}


@pytest.fixture(scope="module")
def trees(texts: dict[str, str]) -> dict[str, ast.Module]:
    return {name: ast.parse(text) for name, text in texts.items()}


def test_slices_import_only_earlier_slices(trees: dict[str, ast.Module]) -> None:
    assert order_faults(trees) == []


def test_pure_files_stay_pure(trees: dict[str, ast.Module]) -> None:
    assert purity_faults(trees) == []


def test_commits_stand_in_one_file(texts: dict[str, str]) -> None:
    assert commit_faults(texts) == []


def test_time_is_read_in_one_file(texts: dict[str, str]) -> None:
    assert time_faults(texts) == []


def test_budgets_hold(texts: dict[str, str]) -> None:
    assert budget_faults(texts) == []


def test_functions_are_short_on_the_whole(trees: dict[str, ast.Module]) -> None:
    sizes = sorted((f.end_lineno or f.lineno) - f.lineno + 1 for tree in trees.values() for f in functions_of(tree))
    assert statistics.median(sizes) <= 10
    assert sizes[int(len(sizes) * 0.9)] <= 25


def test_every_parameter_and_return_is_annotated(trees: dict[str, ast.Module]) -> None:
    bare = [
        f"{name}:{f.lineno} {f.name}"
        for name, tree in trees.items()
        for f in functions_of(tree)
        if f.returns is None
        or any(a.annotation is None for a in [*f.args.args, *f.args.kwonlyargs] if a.arg not in ("self", "cls"))
    ]
    assert bare == []


def test_no_import_hides_in_a_function_but_the_heavy_ones(trees: dict[str, ast.Module]) -> None:
    hidden = []
    for name, tree in trees.items():
        for f in functions_of(tree):
            for module, _ in imports_of(ast.Module(body=f.body, type_ignores=[])):
                if not module.startswith((*HEAVY, "crm", "flask")):
                    hidden.append(f"{name}:{f.lineno} {module}")
    assert hidden == []


def test_file_names_say_what_is_inside(texts: dict[str, str]) -> None:
    assert [n for n in texts if BAD_NAMES.search(n.rsplit("/", 1)[-1])] == []


def test_slices_say_what_they_own(texts: dict[str, str]) -> None:
    assert [s for s in ORDER if not texts[f"{s}/__init__.py"].startswith('"""')] == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    bad = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|hx-on|\|\s*safe\b|<script(?![^>]*\bsrc=)|js:")
    found = [
        f"{p.relative_to(ROOT)}: {m.group(0)}"
        for p in ROOT.joinpath("templates").rglob("*.html")
        for m in bad.finditer(p.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_mail_is_never_built_by_the_legacy_classes(texts: dict[str, str]) -> None:
    assert [n for n, t in texts.items() if "MIMEText" in t or "MIMEMultipart" in t] == []


def test_tls_is_always_verified(texts: dict[str, str]) -> None:
    bad = ("CERT_NONE", "_create_unverified_context", "_create_stdlib_context", "check_hostname = False")
    assert [f"{n}: {b}" for n, t in texts.items() for b in bad if b in t] == []


# The rules bite: each is shown a file that breaks it.


def test_an_import_of_a_later_slice_is_seen() -> None:
    broken = {"gap/service.py": ast.parse("from crm.outbox import service")}
    assert order_faults(broken) == ["gap/service.py imports the later crm.outbox.service"]


def test_an_impure_pure_file_is_seen() -> None:
    broken = {"gap/clean.py": ast.parse("from sqlalchemy import select\nfrom crm import clock\nx = clock.now()")}
    assert len(purity_faults(broken)) >= 2


def test_a_stray_commit_is_seen() -> None:
    assert commit_faults({"gap/service.py": "s.commit()"}) == ["gap/service.py"]


def test_a_second_clock_is_seen() -> None:
    assert time_faults({"outbox/service.py": "datetime.now(UTC)"}) == ["outbox/service.py"]


def test_a_long_file_function_and_view_are_seen() -> None:
    long_view = "@bp.get('/x')\ndef view() -> int:\n" + "    x = 1\n" * 20
    long_function = "def f() -> int:\n" + "    x = 1\n" * 60
    broken = {"gap/views.py": long_view, "gap/a.py": long_function, "gap/b.py": "x = 1\n" * 301}
    assert len(budget_faults(broken)) == 3
