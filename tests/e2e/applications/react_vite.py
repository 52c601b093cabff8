"""React, built by Vite into pages that Caddy serves."""

from __future__ import annotations

from tests.support.applications import Edit, SampleApplication

__all__ = ["APPLICATION"]

APPLICATION = SampleApplication(
    name="React with Vite",
    port=3000,
    lock=("node:24-slim", "npm install --silent --package-lock-only"),
    files={
        "package.json": """\
            {
              "name": "shop",
              "private": true,
              "type": "module",
              "scripts": { "dev": "vite", "build": "vite build" },
              "dependencies": { "react": "^19.0.0", "react-dom": "^19.0.0" },
              "devDependencies": { "@vitejs/plugin-react": "^5.0.0", "vite": "^7.0.0" }
            }
            """,
        "vite.config.js": """\
            import react from "@vitejs/plugin-react";
            import { defineConfig } from "vite";

            export default defineConfig({ plugins: [react()] });
            """,
        "index.html": """\
            <!doctype html>
            <title>Shop</title>
            <div id="root"></div>
            <script type="module" src="/src/main.jsx"></script>
            """,
        "src/main.jsx": """\
            import { createRoot } from "react-dom/client";

            createRoot(document.getElementById("root")).render(<h1>Welcome</h1>);
            """,
    },
    edits=(Edit("src/main.jsx"),),
    is_static=True,
)
