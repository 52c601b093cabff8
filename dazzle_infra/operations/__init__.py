"""The use cases: scaffold, plan, update, undo, repair, restore, move and many applications."""
