"""Tests of monthly reports, frozen figures and amendments."""
