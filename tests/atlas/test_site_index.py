"""The names of the categories are read from the head of each catalog file."""

from __future__ import annotations

from nianbao.atlas.data_files import parse_yaml
from nianbao.atlas.site import _catalog_texts
from nianbao.atlas.site_index import load_categories


def test_every_category_of_the_catalog_has_its_names() -> None:
    """Reading only the heads of the catalog files finds exactly the categories that a full parse finds."""
    texts = _catalog_texts()
    named = load_categories(texts)
    loaded = list(map(parse_yaml, texts))
    expected = {(catalog["family"], entry["id"]) for catalog in loaded for entry in catalog.get("categories", [])}
    assert len(expected) > 20
    assert set(named) == expected
