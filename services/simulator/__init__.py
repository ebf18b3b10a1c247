"""A tea club that never was: people with habits, a script of what befalls them, and its log.

    simulate(seed, start, days, script) -> Simulation(actions, crises)

The same seed, start and script give the same actions, byte for byte. The simulator knows how
people behave and nothing of how anybody judges it. It is pure: no clock, no network.

    club.py     the club: its name, its spaces, how many of which temperament
    people.py   who is in it, and since when
    script.py   chapters of mood and sudden outbreaks, and the crises they amount to
    rhythm.py   the hours of a day and the days of a week
    plans.py    what somebody means to do on a day
    stage.py    doing it: what is visible then decides what becomes of it
    words.py    what they say
"""
