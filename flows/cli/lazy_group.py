"""Load a command's module only when the command is used, so that `--help` and light commands start fast."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, wraps
from importlib import import_module
from typing import Any, ClassVar, get_type_hints

import typer
from typer.core import TyperGroup
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command: its name, where its function is, the line shown in the list of commands, and an example.

    Attributes:
        target: `module:function`.
        summary: First line of the function's docstring, kept here so that the list of commands imports no module.
        hidden: Leave the command out of the list; it still works.
    """

    name: str
    target: str
    summary: str
    example: str
    hidden: bool = False


class LazyGroup(TyperGroup):
    """A command group that imports the module of a command when the command is first needed."""

    specs: ClassVar[Sequence[CommandSpec]] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands in the order of the help."""
        return [spec.name for spec in self.specs]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, importing its module; None for an unknown name."""
        spec = next((spec for spec in self.specs if spec.name == cmd_name), None)
        return None if spec is None else load_command(spec)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(spec.name, spec.summary) for spec in self.specs if not spec.hidden])


@cache
def load_command(spec: CommandSpec) -> Any:
    """Import the function of a command and return the command that Typer makes of it."""
    module, name = spec.target.split(":")
    single = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    function = expand_option_groups(getattr(import_module(module), name))
    single.command(spec.name, epilog=f"Example: {spec.example}")(function)
    return get_command(single)


def expand_option_groups(function: Callable[..., None]) -> Callable[..., None]:
    """Replace each parameter that is a dataclass by one parameter per field, which become options of the command.

    A command takes its options in groups, so that functions pass on one object instead of ten values.
    """
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if name != "return" and is_dataclass(kind)}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(function).parameters.values():
        kind = hints[parameter.name]
        if parameter.name in groups:
            parameters += _field_parameters(kind)
        else:
            parameters.append(parameter.replace(annotation=kind, kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(function)
    def command(**values: Any) -> None:
        arguments = {
            name: kind(**{field.name: values.pop(field.name) for field in fields(kind)})
            for name, kind in groups.items()
        }
        function(**arguments, **values)

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del command.__wrapped__
    return command


def _field_parameters(kind: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(kind)
    ]
