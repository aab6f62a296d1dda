"""The demonstration: a practice network and its visitors, a site and the daemon on one machine."""
