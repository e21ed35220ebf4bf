"""Load `config/fetching.yaml`: contact, pauses, timeouts and limits for all sites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao import __version__
from schemas.yaml_config import load_yaml

SETTINGS_FILE = Path("config/fetching.yaml")
PRODUCT = "nianbao"

_KEYS = (
    "contact",
    "pause_seconds",
    "attempts",
    "longest_wait_seconds",
    "connect_seconds",
    "read_seconds",
    "whole_answer_seconds",
    "redirects",
    "largest_page_bytes",
    "largest_file_bytes",
    "hosts_at_once",
    "allow_private_addresses",
)
CONTACT = re.compile(r"https?://[^\s()]+|[^\s@()]+@[^\s@()]+\.[^\s@()]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of fetching. Limits in bytes apply to the data on the wire and to the decompressed data.

    Attributes:
        contact: An email or web address, sent in the User-Agent.
        pause_seconds: The pause between two requests to a host.
        attempts: How often a request is tried.
        longest_wait_seconds: The longest wait that a site may ask for; beyond it the host is stopped.
        connect_seconds: The timeout for connecting.
        read_seconds: The timeout for each read.
        whole_answer_seconds: The timeout for a complete response.
        redirects: The most redirects to follow.
        largest_page_bytes: The size limit of pages.
        largest_file_bytes: The size limit of attachments.
        hosts_at_once: The number of hosts to fetch from in parallel.
        allow_private_addresses: Allow addresses that are not on the public internet.
    """

    contact: str
    pause_seconds: float = 3.0
    attempts: int = 4
    longest_wait_seconds: float = 120.0
    connect_seconds: float = 15.0
    read_seconds: float = 30.0
    whole_answer_seconds: float = 120.0
    redirects: int = 5
    largest_page_bytes: int = 10_000_000
    largest_file_bytes: int = 50_000_000
    hosts_at_once: int = 4
    allow_private_addresses: bool = False

    @property
    def user_agent(self) -> str:
        """Return the User-Agent header, with the contact."""
        return f"{PRODUCT}/{__version__} (+{self.contact}; yearly government reports, polite)"


def load_settings(path: Path = SETTINGS_FILE) -> Settings:
    """Load the settings from a file.

    Raises:
        ConfigError: The file is invalid; the message names file and line.
    """
    entry = load_yaml(path)
    entry.check_keys((), _KEYS)
    contact = entry.text("contact", "")
    if contact and not CONTACT.fullmatch(contact):
        entry.refuse(
            "'contact' must be an email address or a web address at which the owner of a site can reach you", "contact"
        )
    numbers = {}
    for key in _KEYS[1:-1]:
        if key not in entry.values:
            continue
        number = entry.number(key)
        if number < 0 or (number == 0 and key != "pause_seconds"):
            entry.refuse(f"{key!r} must be above 0, not {number:g}", key)
        numbers[key] = number
    private = entry.values.get("allow_private_addresses", False)
    if not isinstance(private, bool):
        entry.refuse("'allow_private_addresses' must be true or false", "allow_private_addresses")
    typed = {key: value if key.endswith("_seconds") else int(value) for key, value in numbers.items()}
    options: dict[str, Any] = {**typed, "allow_private_addresses": private}
    return Settings(contact, **options)
