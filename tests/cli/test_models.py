from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import ModelMissing
from hipcv.estimation import models

SPEC = models.ModelSpec("full", "full.task", "ab" * 32, 9_400_000, "", "Apache-2.0")


def run_models(monkeypatch, condition, verb):
    path = None if condition == "missing" else Path("full.task")
    check = models.ModelCheck(SPEC, path, condition)
    monkeypatch.setattr(models, "verify_all", lambda: (check,))
    return CliRunner().invoke(app, ["models", verb])


@pytest.mark.parametrize("condition", ["good", "missing", "altered"])
def test_list_shows_every_model_with_its_condition(monkeypatch, condition):
    assert f"full   {condition}" in run_models(monkeypatch, condition, "list").stdout


def test_verified_models_are_shown_with_their_hash(monkeypatch):
    assert SPEC.sha256 in run_models(monkeypatch, "good", "verify").stdout


@pytest.mark.parametrize("condition", ["missing", "altered"])
def test_verifying_what_is_not_as_it_should_be_fails(monkeypatch, condition):
    assert isinstance(run_models(monkeypatch, condition, "verify").exception, ModelMissing)
