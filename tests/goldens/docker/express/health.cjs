// Says by the exit status whether the application answers; whatever it answers but an error of its own will do.
const { get } = require("node:http");

const { PORT: port, HEALTH_PATH: path } = process.env;
const request = get({ host: "127.0.0.1", port, path, timeout: 2000 }, (response) => {
  process.exit(response.statusCode >= 500 ? 1 : 0);
});
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
