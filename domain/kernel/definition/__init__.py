"""A process as one value: what it is made of, and the function that makes of it what everything else knows."""

from domain.kernel.definition.checks import DefinitionError
from domain.kernel.definition.compiler import process_of
from domain.kernel.definition.model import Definition
from domain.kernel.definition.opening import Opened, Retitled
from domain.kernel.definition.rows import CaseState, CommandSpec, Component, Guard, Reaction, RoleSpec, Way

__all__ = [
    "CaseState",
    "CommandSpec",
    "Component",
    "Definition",
    "DefinitionError",
    "Guard",
    "Opened",
    "Reaction",
    "Retitled",
    "RoleSpec",
    "Way",
    "process_of",
]
