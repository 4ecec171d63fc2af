"""Whole stories in Chromium over real processes: a web server, a Celery worker, beat, PostgreSQL, Redis, SMTP."""
