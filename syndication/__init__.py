"""Tertulia's daemon: carries posts to the networks and brings the conversation back.

Who imports whom, always downwards: ``cli → daemon | web → desk → steps →
{networks.contract, store, exchange} → rules → model``. The site's plugins use only
``exchange``, ``rules`` and ``model``.
"""

__version__ = "0.1.0"
