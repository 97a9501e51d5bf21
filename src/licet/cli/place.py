"""Where an instance is: its files, and whether there is one. A command that looks after an instance never makes one."""

from pathlib import Path

from licet import bootstrap
from licet.errors import BadSettings
from licet.settings import Settings


def missing(settings: Settings) -> Path | None:
    """The first file that every instance has and this one has not."""
    files = (bootstrap.key_path(settings), bootstrap.database_file(settings))
    return next((file for file in files if file is not None and not file.exists()), None)


async def require_instance(settings: Settings) -> None:
    """Refuse to go on where there is no instance yet (BadSettings)."""
    file = missing(settings)
    if file is not None:
        raise BadSettings(f"there is no instance here, {file} is missing: say --data and --database, or run licet init")
    opened = await bootstrap.open_store(settings)
    try:
        version, _ = await opened.upkeep.schema_version()
    finally:
        await opened.upkeep.close()
    if version == 0:
        raise BadSettings("there is no instance in this database yet: say --database, or run licet init")
