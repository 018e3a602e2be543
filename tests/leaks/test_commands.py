"""Every command stands among those that are watched."""

from hipcv.cli.main import app
from tests.leaks.commands import REVIEW, command_lines


def test_every_command_is_watched():
    names = {command.name for command in app.registered_commands}
    groups = {group.name for group in app.registered_groups}

    assert {words[0] for words in command_lines()} | {REVIEW} == names | groups
