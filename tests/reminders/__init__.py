"""Tests of the log of reminders."""
