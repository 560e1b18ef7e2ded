"""The long checks of `bin/check-deep`; each section is a module with main(): figures as (what, value, fine)."""
