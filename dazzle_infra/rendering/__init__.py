"""Rendering templates with Copier in separate worker processes."""
