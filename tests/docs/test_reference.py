"""The generated reference pages match the code they describe."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import REPO_ROOT


def test_the_generated_reference_pages_are_current() -> None:
    """Regenerating the reference pages would change nothing."""
    command = [sys.executable, "docs/generate_reference.py", "--check"]
    result = subprocess.run(command, cwd=REPO_ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
