"""SQLite through SQLCipher, as a database backend of Django."""
