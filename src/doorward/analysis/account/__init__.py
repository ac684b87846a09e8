"""An account as it stands: who is in it, what is attached to whom, what is worth a finding."""
