"""Preload script of the Dask workers: use the stub hashes of pose models, as the driver does."""

from tests.batch.driver import use_stub_models

use_stub_models()
