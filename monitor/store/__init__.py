"""The record in SQLite or Postgres, through SQLAlchemy. The only room that speaks SQL."""
