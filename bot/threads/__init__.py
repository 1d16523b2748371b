"""What stands in an app's thread, made from state, and the forms that its buttons open."""
