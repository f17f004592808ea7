"""What tests of all rooms share."""

from hypothesis import settings

pytest_plugins = ["tests.commands", "tests.databases"]

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
