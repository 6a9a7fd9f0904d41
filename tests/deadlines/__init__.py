"""Tests of deadlines and days off."""
