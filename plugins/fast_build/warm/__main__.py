"""`python -m pelican.plugins.fast_build.warm`."""

import sys

from .speaking import main

sys.exit(main())
