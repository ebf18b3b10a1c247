"""Telling people: facts about incidents go to channels, a folder each. Rebuilds tell nobody."""
