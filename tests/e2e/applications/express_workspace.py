"""Express as a member of a workspace of pnpm, with another member that it imports; the lock is at the root."""

from __future__ import annotations

from tests.support.applications import IN_MEMBER, Edit, SampleApplication

__all__ = ["APPLICATION"]

SERVER = """\
    const express = require("express");
    const { Pool } = require("pg");
    const { who } = require("@shop/greetings");

    const GREETING = "Welcome";
    const pool = new Pool({ connectionString: process.env.DATABASE_URL });
    // Without a listener, an idle connection that the database closes ends the process.
    pool.on("error", (error) => console.error(error.message));

    const app = express();
    app.get("/", (request, response) => response.json({ greeting: `${GREETING} ${who()}` }));
    app.get("/health", async (request, response) => {
      await pool.query("select 1");
      response.json({ status: "ok" });
    });
    app.get("/tickets", async (request, response) => {
      const { rows } = await pool.query("select title from ticket");
      response.json({ titles: rows.map(({ title }) => title) });
    });
    app.post("/tickets/:title", async (request, response) => {
      await pool.query("insert into ticket values ($1)", [request.params.title]);
      response.json({ title: request.params.title });
    });

    pool.query("create table if not exists ticket (title text)").then(() => app.listen(process.env.PORT));
    """

APPLICATION = SampleApplication(
    name="Express in a workspace of pnpm",
    folder="apps/web",
    port=3000,
    lock=("node:24-slim", "npm install --silent --global pnpm@10.18.0 && pnpm install --silent --lockfile-only"),
    files={
        "package.json": '{"name": "shop", "private": true, "packageManager": "pnpm@10.18.0"}\n',
        "pnpm-workspace.yaml": "packages: ['apps/*', 'libs/*']\n",
        "apps/web/package.json": """\
            {
              "name": "web",
              "private": true,
              "scripts": { "start": "node server.js" },
              "dependencies": { "@shop/greetings": "workspace:*", "express": "^5.1.0", "pg": "^8.16.0" }
            }
            """,
        "apps/web/server.js": SERVER,
        "libs/greetings/package.json": '{"name": "@shop/greetings", "version": "1.0.0", "main": "index.js"}\n',
        "libs/greetings/index.js": 'exports.who = () => "everybody";\n',
    },
    edits=(
        Edit("apps/web/server.js"),
        Edit("libs/greetings/index.js", "everybody", "all of you", IN_MEMBER),
    ),
)
