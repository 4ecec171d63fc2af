"""The tests: ``bin/test`` runs them on the real engines and the embedded ones."""
