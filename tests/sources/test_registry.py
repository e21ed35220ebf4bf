"""Sources and settings: the configuration of the repository loads, and every error names file and line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nianbao.sources.registry import SYSTEMS, load_sources, select_sources
from nianbao.sources.settings import Settings, load_settings
from schemas.config_error import ConfigError
from tests.conftest import REPO_ROOT

GOOD = """sources:
  - id: yunting
    jurisdiction: 云汀市
    family: rule_of_law
    list: http://www.example.invalid/fzzf/
    system: trs
    enabled: false
    verified: false
"""


def load(folder: Path, text: str) -> None:
    """Load a folder with one file of sources."""
    (folder / "a.yaml").write_text(text)
    load_sources(folder)


def as_committed(folder: str, copy: Path) -> Path:
    """Copy a configuration folder as the repository has it, so that your own edits of it do not fail the tests."""
    names = subprocess.run(
        ["git", "ls-files", folder], cwd=REPO_ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not names:
        pytest.skip("not a clone of the repository")
    for name in names:
        content = subprocess.run(["git", "show", f"HEAD:{name}"], cwd=REPO_ROOT, capture_output=True, check=True).stdout
        (copy / Path(name).name).write_bytes(content)
    return copy


def test_the_shipped_sources_load_and_none_is_enabled(tmp_path: Path) -> None:
    """The shipped sources are valid, cover every content system, and none is enabled or verified."""
    sources = load_sources(as_committed("config/sources", tmp_path))
    assert sources[0].id == "qingyuan-rule-of-law"
    assert sources[0].jurisdiction.code == "441800"
    assert [known.year for known in sources[0].reports] == [2020, 2024]
    assert {source.system for source in sources} == set(SYSTEMS)
    assert not any(source.enabled or source.verified for source in sources)


def test_the_shipped_settings_want_a_contact(tmp_path: Path) -> None:
    """The shipped settings are the defaults, with an empty contact to be filled in."""
    settings = load_settings(as_committed("config/fetching.yaml", tmp_path) / "fetching.yaml")
    assert settings == Settings("")


def test_the_configuration_of_this_folder_loads() -> None:
    """Sources and settings of the checkout are valid."""
    assert load_sources(REPO_ROOT / "config" / "sources")
    assert load_settings(REPO_ROOT / "config" / "fetching.yaml")


def test_a_valid_source_loads(tmp_path: Path) -> None:
    """A valid source has its place, content system and host."""
    (tmp_path / "a.yaml").write_text(GOOD)
    (source,) = load_sources(tmp_path)
    assert (source.jurisdiction.code, source.system, source.host) == ("990100", "trs", "www.example.invalid")


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("    system: trs\n", "    system: trs\n    colour: red\n", 7, "unknown key 'colour'"),
        ("    system: trs\n", "    system: wordpress\n", 6, "must be one of"),
        ("    family: rule_of_law\n", "", 2, "'family' is missing"),
        ("rule_of_law", "weather", 4, "must be one of"),
        ("云汀市", "乌有市", 3, "unknown place '乌有市'; similar are"),
        ("云汀市", "鼓楼区", 3, "'鼓楼区' is the name of several places: "),
        ("http://www.example.invalid/fzzf/", "ftp://www.example.invalid/", 5, "must be a web address"),
        ("http://www.example.invalid/fzzf/", "http://", 5, "must be a web address"),
        ("http://www.example.invalid/fzzf/", "'http://a b/'", 5, "must be a web address"),
        ("http://www.example.invalid/fzzf/", "http://user:secret@a.invalid/", 5, "must be a web address"),
        ("http://www.example.invalid/fzzf/", "'http://[::1'", 5, "must be a web address"),
        ("enabled: false", "enabled: perhaps", 7, "must be true or false"),
        ("id: yunting", "id: ../../etc", 2, "'id' is '../../etc'"),
        ("    system: trs\n", "", 5, "must be set together"),
        ("    list: http://www.example.invalid/fzzf/\n    system: trs\n", "", 2, "set 'list' and 'system', or"),
        ("system: trs", "system: gkmlpt", 2, "'category' is missing"),
        ("verified: false", "verified: false\n    title: '['", 9, "no valid regular expression"),
        ("verified: false", "verified: false\n    pages: 0", 9, "whole number from 1"),
        ("verified: false", "verified: false\n    first_year: 20", 9, "must be a year"),
        ("verified: false", "verified: false\n    first_year: 2020\n    last_year: 2019", 10, "is before"),
        ("verified: false", "verified: false\n    reports:\n      - year: 2020", 10, "'url' is missing"),
        ("verified: false", "verified: false\n    id: again", 9, "given twice"),
        ("sources:", "source:", 1, "unknown key 'source'"),
    ],
)
def test_a_mistake_names_its_file_and_line(tmp_path: Path, before: str, after: str, line: int, message: str) -> None:
    """Each mistake in a source is an error with file, line and reason."""
    assert before in GOOD
    with pytest.raises(ConfigError, match=rf"a\.yaml:{line}: .*{message}"):
        load(tmp_path, GOOD.replace(before, after))


def test_two_sources_of_one_id(tmp_path: Path) -> None:
    """A duplicate id of a source is an error with the line of the second."""
    with pytest.raises(ConfigError, match=r"a\.yaml:9: duplicate id 'yunting'"):
        load(tmp_path, GOOD + GOOD.removeprefix("sources:\n"))


def test_sources_are_chosen_by_id_else_those_that_are_enabled(tmp_path: Path) -> None:
    """Named sources are selected once each, otherwise the enabled ones; unknown ids list the known ones."""
    other = GOOD.removeprefix("sources:\n").replace("yunting", "other").replace("enabled: false", "enabled: true")
    (tmp_path / "a.yaml").write_text(GOOD + other)
    sources = load_sources(tmp_path)
    assert [source.id for source in select_sources(sources, [])] == ["other"]
    assert [source.id for source in select_sources(sources, ["yunting", "yunting"])] == ["yunting"]
    with pytest.raises(ConfigError, match="unknown source 'unknown'; known are yunting, other"):
        select_sources(sources, ["unknown"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contact: call me", r"s\.yaml:1: 'contact' must be an email address"),
        ("contact: a@b.org\npause_seconds: -1", r"s\.yaml:2: 'pause_seconds' must be above 0"),
        ("attempts: 0", "'attempts' must be above 0"),
        ("attempts: many", "must be a number"),
        ("pause: 3", "unknown key 'pause'"),
        ("allow_private_addresses: 1", "must be true or false"),
    ],
)
def test_invalid_settings_are_refused(tmp_path: Path, text: str, message: str) -> None:
    """Each invalid setting is an error with its reason."""
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_settings(tmp_path / "s.yaml")
