"""The instance that the contract tests of the dialects run against, for the RFCs' own rules."""

from tests.contract.dialects.conftest import house, postgresql_template, sqlite_template, template

__all__ = ["house", "postgresql_template", "sqlite_template", "template"]
