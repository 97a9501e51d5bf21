"""Options that every command shares: where the settings come from."""

import os
from pathlib import Path

from licet import bootstrap
from licet.settings import Plain, Settings, load


def settings(config: Path | None, **given: Plain | None) -> Settings:
    """The settings, with what was given at the command line on top (BadSettings)."""
    said = {name: value for name, value in given.items() if value is not None}
    return load(os.environ, file=config, given=said, options=bootstrap.options())
