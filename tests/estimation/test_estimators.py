"""A pose estimator is chosen by the model's declaration."""

import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hipcv.core.errors import BadRequest, ModelMissing
from hipcv.estimation import estimators, models


def test_unknown_model_is_refused():
    with pytest.raises(BadRequest, match="nano"):
        estimators.open_tracker("nano")


@pytest.mark.model
@pytest.mark.parametrize("opened", [estimators.open_tracker, estimators.open_detector])
def test_default_model_is_run_by_mediapipe(opened):
    assert type(opened("full")).__module__ == "hipcv.estimation.blazepose"


@pytest.fixture
def added(tmp_path, monkeypatch):
    """A model that a new estimator module runs."""
    (tmp_path / "nano.bin").write_bytes(b"weights")
    digest = models.sha256_of(tmp_path / "nano.bin")
    nano = models.ModelSpec("nano", "nano.bin", digest, 7, "ours", "CC0", estimator="nano_net")
    declared = (*models.model_specs(), nano)
    monkeypatch.setattr(models, "model_specs", lambda: declared)
    monkeypatch.setattr(models, "folders", lambda: (tmp_path,))
    module = SimpleNamespace(
        Tracker=lambda path, people: ("tracker", path.name, people),
        Detector=lambda path, people, masks: ("detector", path.name, people, masks),
    )
    monkeypatch.setitem(sys.modules, "hipcv.estimation.nano_net", module)


@pytest.mark.usefixtures("added")
def test_new_estimator_needs_one_module_and_one_declaration():
    opened = [estimators.open_tracker("nano"), estimators.open_detector("nano", masks=False)]

    assert opened == [("tracker", "nano.bin", 1), ("detector", "nano.bin", 1, False)]


@pytest.mark.parametrize("name", models.names())
def test_command_line_accepts_every_declared_model(name, tmp_path, monkeypatch):
    from hipcv.cli.main import app

    monkeypatch.chdir(tmp_path)
    picture = CliRunner().invoke(app, ["analyze", "nowhere.mp4", "--model", name])

    assert "nowhere.mp4" in picture.output + str(picture.exception)


def test_missing_declarations_leave_the_default_model(monkeypatch):
    def missing():
        raise ModelMissing("models.toml")

    monkeypatch.setattr(models, "model_specs", missing)

    assert models.names() == ("full",)
