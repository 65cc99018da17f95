import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  globalSetup: "./runs.mjs",
  outputDir: "output/failures",
  reporter: [["list"]],
  workers: 1,
  timeout: 240_000,
  use: {
    viewport: { width: 1280, height: 900 },
    // Debian's browser; the tests download none.
    launchOptions: { executablePath: process.env.LARDER_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
});
