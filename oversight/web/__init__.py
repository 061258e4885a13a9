"""The shell of the service: templates, components, home, errors and the command line.

It uses every area below it and holds no rules.
"""
