"""``python -m plumbline.config.cli``: how the supervisor starts its worker."""

import sys

from plumbline.config.cli import main

if __name__ == "__main__":
    sys.exit(main())
