"""Files that come with messages: what they are, by their bytes, and where they are kept (ATTACKS 31)."""

from support.files.kinds import kind_of
from support.files.storing import AT_MOST, MAX_FILES, StoredFile, discard, open_file, store, stored

__all__ = ["AT_MOST", "MAX_FILES", "StoredFile", "discard", "kind_of", "open_file", "store", "stored"]
