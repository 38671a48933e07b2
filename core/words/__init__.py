"""The words of the interface: found in the sources, kept in `locale/`, compiled for gettext (docs/languages.md).

Nothing here needs Django's settings or GNU gettext, so it runs before either is there (`python -m core.words`).
"""
