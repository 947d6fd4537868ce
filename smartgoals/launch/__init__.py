"""Starts what SmartGoals runs on: private servers, the web server, workers, the clock."""
