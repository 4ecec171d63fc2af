"""Brings up the engines that the tests run on, and runs them: ``python -m tests.harness``, which bin/test calls."""
