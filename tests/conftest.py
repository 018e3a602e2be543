"""Settings of every test."""

from hypothesis import settings

# No deadline: a slow machine is not a defect. No database: a failure is replayed by its printed
# seed, not by what another run left behind.
settings.register_profile("hipcv", deadline=None, database=None, print_blob=True)
settings.load_profile("hipcv")
