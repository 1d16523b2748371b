"""From words to a preview: what was asked, what is missing, how it looks."""
