"""`python -m bot.platformctl`."""

import sys

from bot.platformctl.command import main

sys.exit(main())
