"""The location of the data of the schemas: `families.yaml` and the folder `catalog`.

The environment variable `NIANBAO_SCHEMAS` names a folder that holds both and replaces those shipped with the package,
so that a family can be registered without changing the installation. It is read once, when this module is imported.
"""

import os
from importlib.resources import files
from pathlib import Path

VARIABLE = "NIANBAO_SCHEMAS"
DATA_FOLDER = Path(os.environ.get(VARIABLE) or str(files("schemas")))
FAMILIES_FILE = DATA_FOLDER / "families.yaml"
CATALOG = DATA_FOLDER / "catalog"
