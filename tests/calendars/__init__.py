"""Tests of calendars and feeds."""
