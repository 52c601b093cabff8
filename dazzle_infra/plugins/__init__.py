"""Installed packages that add something to dazzle-infra: which there are, and calls into their code."""

from __future__ import annotations

__all__: list[str] = []
