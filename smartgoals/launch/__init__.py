"""Starts what SmartGoals needs: private servers, the web server, workers, the clock. Knows nothing of its pages."""
