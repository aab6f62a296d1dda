"""Pure decisions: no I/O, no clock, no database. Each can be read and tested by itself."""
