"""Loaded by a Dask worker before it begins: it looks at no pose model, as the driver does not."""

from tests.batch.driver import do_without_models

do_without_models()
