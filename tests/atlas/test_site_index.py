"""What the atlas reads of the catalog's files: the categories, which stand before the indicators."""

from __future__ import annotations

import yaml

from nianbao.atlas.site import _catalogs
from nianbao.atlas.site_index import load_categories


def test_every_category_of_every_indicator_has_its_names() -> None:
    texts = _catalogs()
    named = load_categories(texts)
    loaded = [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]
    told = {(catalog["family"], entry["id"]) for catalog in loaded for entry in catalog.get("categories", [])}
    assert len(told) > 20
    assert set(named) == told
