"""The typed rows match the pandera models: same columns, order, Python types and nullability."""

import subprocess
import sys

from schemas.rows_generator import ROWS_FILE, generate


def test_the_typed_rows_are_generated_from_the_models() -> None:
    """`schemas/rows.py` equals what the generator makes from the models."""
    assert ROWS_FILE.read_text("utf-8") == generate(), "run `python -m schemas.rows_generator`"


def test_importing_the_typed_rows_does_not_import_pandera_or_pyarrow() -> None:
    """The typed rows can be imported without any heavy package."""
    code = "import sys, schemas.rows; print(sorted({'pandera', 'pandas', 'pyarrow', 'yaml'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
