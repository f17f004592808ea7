"""config.yaml read into frozen settings. All problems of a file are told at once, with line and key path."""

from monitor.config.databases import database_url
from monitor.config.reading import defaults, load, template
from monitor.config.settings import (
    AlertsSettings,
    FetchSettings,
    RechecksSettings,
    RetentionSettings,
    RunSettings,
    Settings,
    SiteRechecksSettings,
    SiteSettings,
)

__all__ = [
    "AlertsSettings",
    "FetchSettings",
    "RechecksSettings",
    "RetentionSettings",
    "RunSettings",
    "Settings",
    "SiteRechecksSettings",
    "SiteSettings",
    "database_url",
    "defaults",
    "load",
    "template",
]
