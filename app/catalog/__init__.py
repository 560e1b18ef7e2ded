"""Service items in versions: materials, fields, stages, results."""
