"""How long each action of the scheme editor takes with 400 indicators: server time, and how much is sent to the browser.

Named peer, in the same run: Django's own admin form that saves the same document as a JSON field.
"""
