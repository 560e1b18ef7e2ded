"""What follows from an item's list: its stages, the papers to bring, whether two people decide. Pure."""

from dataclasses import dataclass

from app.catalog.spec import AllOf, AnyOf, ItemInFile, ItemSpec, MaterialSpec


@dataclass(frozen=True)
class Stage:
    """A step of the route. `rule` all 并联: every department concludes; any 抢单: who claims first does."""

    departments: tuple[str, ...]
    rule: str = "all"


def stages(spec: ItemInFile) -> list[Stage]:
    """The stages after the desk, in order: each entry of `chain` is one."""
    return [_stage(entry) for entry in spec.chain]


def _stage(entry: str | AllOf | AnyOf) -> Stage:
    if isinstance(entry, AllOf):
        return Stage(tuple(entry.all), "all")
    if isinstance(entry, AnyOf):
        return Stage(tuple(entry.any), "any")
    return Stage((entry,))


def requires(spec: ItemSpec, agent: bool = False, guardian: bool = False) -> list[MaterialSpec]:
    """The papers to bring: the item's own, and those that an agent or a guardian adds."""
    shared = (spec.shared.agent if agent else []) + (spec.shared.guardian if guardian else [])
    return spec.materials + shared


def four_eyes(spec: ItemInFile) -> bool:
    """Must someone else approve what an officer proposes? Committed items yes, unless the list says no."""
    return spec.kind == "committed" if spec.four_eyes is None else spec.four_eyes


def joint(spec: ItemInFile) -> bool:
    """一件事: a parent case with a child for each component."""
    return bool(spec.components)
