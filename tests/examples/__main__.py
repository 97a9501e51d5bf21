"""`python -m tests.examples`: makes every call anew and writes `src/licet/dialects/<name>/examples.json`."""

import json
import tempfile
from pathlib import Path

from tests.e2e.server import serve
from tests.examples.calls import ENVIRONMENT, recorded

DIALECTS = Path(__file__).parent.parent.parent / "src" / "licet" / "dialects"


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), "", environment=ENVIRONMENT) as served,
    ):
        for name, examples in recorded(served).items():
            text = json.dumps(examples, indent=1, ensure_ascii=False)
            (DIALECTS / name / "examples.json").write_text(f"{text}\n", "utf-8")
            print(f"{name}: {len(examples)} examples")


if __name__ == "__main__":
    main()
