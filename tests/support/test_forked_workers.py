"""What the workers do is reported as if it had been done in one process, also where one of them ends in a test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import sys

import pytest


@pytest.mark.parametrize("number", range(9))
def test_passes(number):
    assert number < 9


def test_fails():
    print("words of the test")
    raise ValueError("said by the test")


def test_ends_its_process():
    os._exit(5)


def test_is_skipped():
    pytest.skip("reason")
"""


def test_each_outcome_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"test_{name}.py").write_text(TESTS, encoding="utf-8")
    options = ["-q", "-n", "auto", "-p", "tests.conftest", "-c", "/dev/null", "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=240,  # six processes, which share the cores with those of this run
        check=False,
    )
    assert done.returncode == 1
    assert "4 failed, 18 passed, 2 skipped" in done.stdout
    assert done.stdout.count("The process that ran it ended with 5.") >= 2
    assert done.stdout.count("ValueError: said by the test") >= 2
    assert len(re.findall(r"Captured stdout call -+\nwords of the test", done.stdout)) == 2
