class LaunchError(Exception):
    """Something is missing or in the way. The text is for the person at the terminal and says what to do."""
