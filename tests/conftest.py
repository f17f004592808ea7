"""What tests of all rooms share."""

pytest_plugins = ["tests.commands", "tests.databases"]
