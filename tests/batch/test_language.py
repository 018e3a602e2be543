"""Processes and workers of a batch write in the language of who started it."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hipcv import language
from hipcv.batch import environment
from hipcv.batch.cluster.task import ClusterTask, WorkerContext, execute
from hipcv.batch.job import Job
from hipcv.batch.process import JobProcess
from hipcv.batch.warm import WarmWorkers
from hipcv.core.options import AnalysisOptions
from tests.waiting import wait_until

STATES_LANGUAGE = """
import json, os
print(json.dumps({"text": os.environ["HIPCV_LANG"]}))
raise SystemExit(3)
"""


@pytest.fixture
def job(tmp_path):
    clip = tmp_path / "a.mp4"
    return Job("a.mp4", clip, "cd" * 32, "k", "clips/a", tmp_path / "w", 60, AnalysisOptions())


@pytest.mark.parametrize("code", language.NAMES)
def test_the_process_of_a_clip_has_the_language_of_the_context(job, code):
    with language.using(code):
        process = JobProcess(job, lambda _job: [sys.executable, "-c", STATES_LANGUAGE])

    outcomes = []
    wait_until(lambda: outcomes.append(process.poll()) or outcomes[-1])
    assert outcomes[-1].text == code


def test_the_task_of_a_cluster_is_answered_in_its_language(job):
    required = replace(environment.current_environment("full"), hipcv="0.0.1")
    with language.using("es"):
        task = ClusterTask.from_job(job, required, WarmWorkers, "run")
    context = WorkerContext("tcp://10.0.0.7:1", Path(), lambda: None, lambda: True)

    assert execute(task, context).text.startswith("El trabajador tcp://10.0.0.7:1: ")
