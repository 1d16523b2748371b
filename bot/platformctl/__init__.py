"""`platformctl`, the platform's own path. `command` reads the command line; each other module does one command."""
