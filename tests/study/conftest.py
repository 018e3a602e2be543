import pytest

pytest.importorskip("scipy", reason='hipcv validate needs `pip install "hipcv[study]"`')
