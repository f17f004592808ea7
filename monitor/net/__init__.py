"""The world of pages: the live web, and folders of captures that answer in its place."""
