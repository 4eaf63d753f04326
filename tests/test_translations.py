"""Every text stands in both languages; the tool that says so finds what it should."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "messages.py"), "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nTo add them: tools/messages.py extract FOLDER"
