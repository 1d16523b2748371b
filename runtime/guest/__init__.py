"""The QuickJS guest: its source, its built module, and what the module was built from."""
