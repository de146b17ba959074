"""What people read at a terminal: dossiers, evidence, rules as text. Lays out what is handed in; asks no engine."""
