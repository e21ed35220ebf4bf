"""How fetching behaves: `config/fetching.yaml`, validated. Manners and limits, nothing of any one site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.yaml_config import load_yaml

FILE = Path("config/fetching.yaml")
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
    """Manners and limits. Seconds and bytes; a limit of bytes holds for what is sent and for what it unpacks to."""

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
        """Who asks, and how to reach them."""
        return f"{PRODUCT}/0.1 (+{self.contact}; yearly government reports, polite)"


def load_settings(path: Path = FILE) -> Settings:
    """The settings of a file. Raises ConfigError naming file and line."""
    entry = load_yaml(path)
    entry.check_keys((), _KEYS)
    contact = entry.text("contact", "")
    if contact and not CONTACT.fullmatch(contact):
        entry.refuse(
            "'contact' must be a mail address or a web address, by which a site's keeper reaches you", "contact"
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
    more: dict[str, Any] = {**typed, "allow_private_addresses": private}
    return Settings(contact, **more)
