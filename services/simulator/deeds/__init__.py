"""What people can do: a module a kind of deed, each with its table `DEEDS` of what it knows.

A deed is a generator of outcomes: actions that come of it now, intents that follow later.
"""
