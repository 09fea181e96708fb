"""Read a YAML file into a checked model; what is wrong is named with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from devices.simulated.model.errors import SimulationFileError

if TYPE_CHECKING:
    from collections.abc import Sequence

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read and check one file.

    Args:
        path: The YAML file.
        model: The pydantic model of its content; unknown keys are errors.

    Raises:
        SimulationFileError: The file cannot be read, is not YAML, or does not fit the model.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SimulationFileError(
            f"{path} cannot be read: {error.strerror}.", "Name another file."
        ) from error
    try:
        content = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SimulationFileError(f"{path}, line {line}: {error.problem}.", "Mend the YAML there.") from error
    except YAMLError as error:
        raise SimulationFileError(f"{path} is not YAML: {error}.", "Mend it.") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise SimulationFileError(
            _explain(path, content, error), "Mend it there; docs/simulated-phone.md lists the keys."
        ) from error


def resolve(name_or_path: str, folder: Path) -> Path:
    """Return the file of this name in `folder`, or the path itself.

    Raises:
        SimulationFileError: Neither exists.
    """
    named = folder / f"{name_or_path}.yaml"
    if named.is_file():
        return named
    path = Path(name_or_path)
    if path.is_file():
        return path
    known = ", ".join(listing(folder))
    raise SimulationFileError(
        f"There is no {name_or_path} in {folder.name} and no such file.", f"Known: {known}."
    )


def listing(folder: Path) -> list[str]:
    """Return the names that `resolve` knows in this folder."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def _explain(path: Path, content: Any, error: ValidationError) -> str:
    problems = []
    for item in error.errors():
        where = [part for part in item["loc"] if isinstance(part, int | str)]
        key = ".".join(str(part) for part in where) or "the file"
        problems.append(f"{path}, line {_line(content, where)}: {key}: {item['msg']}")
    return "; ".join(problems) + "."


def _line(content: Any, where: Sequence[int | str]) -> int:
    """Return the 1-based line of the deepest known part of this location."""
    line = 1
    for part in where:
        if not isinstance(content, CommentedBase) or not isinstance(content, CommentedMap | CommentedSeq):
            return line
        marks = content.lc.data or {}
        if part not in marks:
            return line
        line = marks[part][0] + 1
        content = content[part]
    return line
