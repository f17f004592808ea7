"""YAML files that people write, read so that every complaint names file, line and key path."""
