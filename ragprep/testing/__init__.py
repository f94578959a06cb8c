"""Public fakes for tests: `fakes` needs no server, `servers` listens on this machine."""
