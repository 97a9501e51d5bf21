"""The source as the house rules see it: parsed files, counted lines, functions with what is inside them."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
LICET = REPOSITORY / "src" / "licet"

Function = ast.FunctionDef | ast.AsyncFunctionDef
SILENT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the root that was read."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    @cached_property
    def comments(self) -> dict[int, str]:
        """Line number to comment."""
        return {token.start[0]: token.string for token in self.tokens if token.type == tokenize.COMMENT}

    @cached_property
    def code_lines(self) -> set[int]:
        """The numbers of the lines that hold code: no blank line, no comment alone, no docstring."""
        lines: set[int] = set()
        for token in self.tokens:
            if token.type not in SILENT and token.type != tokenize.COMMENT:
                lines |= set(range(token.start[0], token.end[0] + 1))
        for node in ast.walk(self.tree):
            if (text := docstring(node)) is not None:
                lines -= set(range(text.lineno, (text.end_lineno or text.lineno) + 1))
        return lines

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def in_octal(self, number: ast.Constant) -> bool:
        """Whether a number is spelled as a file mode is."""
        return self.text.splitlines()[number.lineno - 1].startswith("0o", number.col_offset)

    def length(self, function: Function) -> int:
        """Code lines from `def` to the end, decorators and docstring left out."""
        return len(self.code_lines & set(range(function.lineno, (function.end_lineno or function.lineno) + 1)))


def docstring(node: ast.AST) -> ast.Expr | None:
    """The statement that documents a module, class or function."""
    if not isinstance(node, ast.Module | ast.ClassDef | Function) or not node.body:
        return None
    first = node.body[0]
    documents = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return first if documents else None


def sources(root: Path) -> Iterator[Source]:
    """Every Python file below a folder, in order of path."""
    for path in sorted(root.rglob("*.py")):
        yield Source(path.relative_to(root), path.read_text(encoding="utf-8"))


def plant(root: Path, path: str, text: str) -> Path:
    """Write one file into a made-up tree, to see a rule catch it; returns the tree's root."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return root
