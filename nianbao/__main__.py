"""Run the command line: `python -m nianbao` is the console script `nianbao`."""

from __future__ import annotations

from importlib.metadata import entry_points


def main() -> None:
    """Run the console script, found by its entry point: this package does not import the one that defines it."""
    (script,) = entry_points(group="console_scripts", name="nianbao")
    script.load()()


if __name__ == "__main__":
    main()
