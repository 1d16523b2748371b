"""What gateway workers ask of control."""
