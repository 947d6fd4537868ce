"""What things cost, as a ratio to what they could cost at least: `python -m bench NAME`."""
