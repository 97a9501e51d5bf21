"""The documentation says what the code says."""

from tests.docs import PAGES, main, written


def test_every_written_table_is_what_the_command_would_write() -> None:
    assert main(["--check"]) == 0


def test_a_table_that_is_behind_is_noticed() -> None:
    page = next(page for page in PAGES if page.name == "settings.md").read_text("utf-8")
    assert written(page.replace("LICET_PORT", "LICET_PORTS")) == written(page)
