"""Results of the tests, held to the published schema of `result.json`."""

import functools
import json

import jsonschema

from hipcv.data_dictionary import json_schema

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
_CHECKED = set()


def errors_of(document):
    """Return what the schema says against a document."""
    return [
        f"{error.json_path}: {error.message}"
        for error in VALIDATOR.iter_errors(json.loads(json.dumps(document)))
    ]


def checked(build):
    """Return a builder of documents that holds what it builds to the schema.

    Of documents that differ in their numbers alone one is checked: it takes 10 ms.
    """

    @functools.wraps(build)
    def build_checked(*args, **kwargs):
        document = build(*args, **kwargs)
        form = _form(document)
        if form not in _CHECKED:
            errors = errors_of(document)
            assert not errors, "\n".join(errors)
            _CHECKED.add(form)
        return document

    return build_checked


def _form(value):
    """Return keys, kinds and codes of a document, without its numbers and sentences."""
    if isinstance(value, dict):
        return tuple((key, _form(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return frozenset(map(_form, value))
    return value if isinstance(value, str) and value.isidentifier() else type(value)
