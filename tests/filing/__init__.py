"""Tests of filing a result."""
