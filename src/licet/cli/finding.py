"""What the doctor finds: a check, how it went, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: `warn` works and should not stay so, `fail` does not work or is not safe."""

    level: Level
    check: str
    says: str
    advice: str = ""
