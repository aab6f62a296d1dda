"""Bluesky in the demonstration: its network, our account there, and what the settings say of it.

The network forgets everything when it ends, so each start of a demonstration has another account on
another network: `bluesky`, then `bluesky-2`, and so forth. What an earlier one brought stays on the
site, and nobody says it again on a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syndication.demo import portraits
from syndication.demo.bluesky import BlueskyNetwork
from syndication.demo.cast_bluesky import BRAND
from syndication.networks import registry

NETWORK = "bluesky"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskyAccount:
    """Our account on a network that runs."""

    name: str  # in the settings
    settings: Mapping[str, object]
    secrets: Mapping[str, str]


def join(network: BlueskyNetwork, *, web: str, start: int) -> BlueskyAccount:
    """Open our account on the network, as `tertulia connect bluesky` does with an app password.

    `web`: where people read what is said there. `start`: how many demonstrations have begun in this
    folder, this one counted.
    """
    brand = network.person(
        BRAND,
        display_name="Vencejo",
        about="City bicycles from Valencia.",
        picture=portraits.draw("vencejo of Bluesky"),
    )
    network.process()
    options = {"plc": network.plc, "resolver": network.pds, "web": web}
    sign_in = registry.get(NETWORK).sign_in
    assert sign_in is not None  # noqa: S101 - the network declares it
    signed = sign_in(
        BRAND, {**options, "loopback": True}, {"app_password": brand.app_password("demonstration")}
    )
    return BlueskyAccount(
        name=NETWORK if start == 1 else f"{NETWORK}-{start}",
        settings={
            "network": NETWORK,
            "server": signed.server,
            "options": {**options, **signed.options},
        },
        secrets=signed.secrets,
    )
