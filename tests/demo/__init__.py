"""The demo: drift made by people through real API calls, and the proof that each was repaired and put on record."""
