"""What the files of a city are read with: strict pieces, texts that must look like something, values that must differ. Pure."""

import re
from collections.abc import Iterable, Iterator

from pydantic import AfterValidator, BaseModel, ConfigDict

Spot = tuple[str | int, ...]
Problem = tuple[Spot, str]  # where in the file, and “问题，应为……”


class Part(BaseModel):
    """A piece of a file: nothing unknown in it, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def text_like(pattern: str, like: str) -> AfterValidator:
    """A text of a pattern; `like` is what an operator reads when it is not."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"“{value[:40]}”格式不对，应为{like}")
        return value

    return AfterValidator(check)


def one_of(known: Iterable[str], what: str) -> AfterValidator:
    """A text out of a list that an operator is told."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"没有{what}“{value[:40]}”，应为下列之一：{'、'.join(known)}")
        return value

    return AfterValidator(check)


def repeated(spots: Iterable[tuple[Spot, str]], what: str) -> Iterator[Problem]:
    """A problem for each value that was there before."""
    first: dict[str, Spot] = {}
    for spot, value in spots:
        if value in first:
            yield spot, f"{what}“{value}”重复，应为每处不同"
        first.setdefault(value, spot)
