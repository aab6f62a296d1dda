"""Is this advertising? For our own forms alone, never for what people say on their networks.

Pure: whoever asks brings what is known (`Signs`), `verdicts` answers by ordered rules, each of
which says what it saw. Nothing here annoys a person, and nothing is told to anybody else. What a
rule sorts out is not gone: who wrote it sees that, and one click asks a person to read it.
"""

from syndication.rules.spam.signs import Signs, verdicts

__all__ = ["Signs", "verdicts"]
