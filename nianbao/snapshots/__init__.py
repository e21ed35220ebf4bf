"""The immutable store of received bytes, and the inventory of current snapshots."""
