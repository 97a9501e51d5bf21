"""Long work shows that it goes on: a bar on standard error, where somebody looks at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def working(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on standard error while the block lasts, where somebody looks at it.

    The block calls what it is given with how many more are done, and how many there are if that is known.
    """
    console = Console(stderr=True)
    with Progress(
        *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
        console=console,
        transient=True,
        # Rows on standard output go where that was sent, not up to the bar.
        redirect_stdout=False,
        disable=quiet or not console.is_terminal,
    ) as progress:
        task = progress.add_task(title, total=None)
        yield lambda more, total: progress.update(task, advance=more, total=total)
