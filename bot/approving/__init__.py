"""From a preview to a live app: who has to agree, and what they see."""
