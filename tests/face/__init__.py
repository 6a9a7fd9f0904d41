"""The face in a real browser: every screen measured, the keyboard alone, sizes and speed."""
