"""What each button and form does: judged by who pressed it and by what is true then."""
