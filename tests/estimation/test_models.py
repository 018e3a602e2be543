import hashlib

import pytest

from hipcv.cli import doctor
from hipcv.core.errors import BadRequest, ModelMissing
from hipcv.estimation import models
from tests.errors import raises_plain


@pytest.fixture
def only_folder(tmp_path, monkeypatch):
    """Search models in this folder alone."""
    monkeypatch.setattr(models, "folders", lambda: (tmp_path,))
    return tmp_path


@pytest.mark.model
def test_full_model_is_the_declared_file():
    model = models.find("full")

    assert hashlib.sha256(model.path.read_bytes()).hexdigest() == model.sha256


@pytest.mark.model
@pytest.mark.parametrize("check", models.verify_all(), ids=lambda check: check.spec.name)
def test_declared_size_is_the_files_size(check):
    if check.path is None:
        pytest.skip(f"the {check.spec.name} model is not on this machine")

    assert check.path.stat().st_size == check.spec.size_bytes


def test_folder_named_by_the_environment_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path))

    assert models.folders()[0] == tmp_path


def test_absent_model_names_the_folder_to_put_it_in(only_folder):
    with raises_plain(ModelMissing, "heavy", models.user_folder()):
        models.find("heavy")


@pytest.mark.usefixtures("only_folder")
def test_absent_model_is_a_fault_of_the_environment():
    with pytest.raises(ModelMissing) as error:
        models.find("heavy")

    assert error.value.exit_code == 6


def test_altered_model_is_refused(only_folder):
    (only_folder / "pose_landmarker_full.task").write_bytes(b"something else")

    with pytest.raises(ModelMissing, match="wrong SHA-256"):
        models.find("full")


def test_a_repaired_file_is_verified_again(only_folder):
    spec = models.ModelSpec("toy", "toy.task", hashlib.sha256(b"toy").hexdigest(), 3, "", "")
    (only_folder / "toy.task").write_bytes(b"something else")
    assert models.verify(spec).condition == "altered"

    (only_folder / "toy.task").write_bytes(b"toy")

    assert models.verify(spec).condition == "good"


def test_unknown_model_name_lists_the_known_ones():
    with pytest.raises(BadRequest, match="lite, full, heavy"):
        models.find("huge")


@pytest.mark.parametrize(
    "content",
    [b"", b"not toml [", b"\xff\xfe", b"model = 3", b'[[model]]\nname = "full"', b"[" * 5000],
)
def test_damaged_list_of_models_leaves_the_default_and_says_so(tmp_path, monkeypatch, content):
    folder = tmp_path / "data" / "models"
    folder.mkdir(parents=True)
    (folder / models.MANIFEST).write_bytes(content)
    monkeypatch.setattr(models, "PACKAGE", tmp_path)

    assert models.names() == ("full",)
    with raises_plain(ModelMissing, "list of models cannot be read", "Install hipcv again"):
        models.find("full")


def test_doctor_reports_a_damaged_list_of_models(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "models"
    folder.mkdir(parents=True)
    (folder / models.MANIFEST).write_bytes(b"damaged")
    monkeypatch.setattr(models, "PACKAGE", tmp_path)

    assert [(check.good, check.needed) for check in doctor.models()] == [(False, True)]
