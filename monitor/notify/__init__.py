"""The ways to receivers: one sender for each (monitor.pipeline.ports.Sender). What needs HTTP is handed a Poster."""
