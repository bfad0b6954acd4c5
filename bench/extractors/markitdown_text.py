"""For each path on a line of standard input, print a line with the Markdown that markitdown makes of it, in base64.

Runs with the Python of an environment that has markitdown, and imports nothing else of the project.
"""

from __future__ import annotations

import base64
import sys


def main() -> None:
    """Answer until standard input ends."""
    from markitdown import MarkItDown  # type: ignore[import-not-found]  # of that environment

    answers = sys.stdout
    sys.stdout = sys.stderr
    converter = MarkItDown(enable_plugins=False)
    for path in sys.stdin:
        try:
            text = converter.convert_local(path.rstrip("\n")).text_content
        except Exception as error:  # noqa: BLE001  # any file of any collection: one that fails has no text
            print(path, type(error).__name__, file=sys.stderr)
            text = ""
        answers.write(base64.b64encode(text.encode("utf-8", "replace")).decode() + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
