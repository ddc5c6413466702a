// Looks at a readiness report as people do: on a laptop, on a phone, on A4 and Letter; and as assistive technology does, with
// axe-core. Fails on anything that axe-core calls serious or critical, on anything that is cut off or overlaps, and on any request.
//
//   npm ci && node look.mjs [REPORT.html] [OUTPUT FOLDER]
//
// CHROMIUM names the browser, if it is not /usr/bin/chromium.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const here = dirname(fileURLToPath(import.meta.url));
const report = resolve(process.argv[2] ?? join(here, "../../docs/example-readiness-report.html"));
const output = resolve(process.argv[3] ?? join(here, "../../.phiward/report"));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const screens = [
  { name: "laptop", width: 1280, height: 800, deviceScaleFactor: 1 },
  { name: "phone", width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
];
const papers = ["A4", "Letter"];
const problems = [];

// What is wider than the screen, and answers that run into what they answer.
function cramped(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const name = (element) => `${element.tagName.toLowerCase()} "${element.textContent.trim().slice(0, 40)}"`;
    const shown = [...document.querySelectorAll("body *")].filter((element) => !element.closest(".sr-only, thead, .sprite"));
    const wide = shown.filter((element) => element.getBoundingClientRect().right > width + 0.5);
    const overlap = [...document.querySelectorAll(".box, .wanting > li")].filter((row) => {
      const [badge, body] = [row.querySelector(".badge"), row.lastElementChild].map((element) => element.getBoundingClientRect());
      return badge.bottom > body.top + 0.5 && badge.right > body.left;
    });
    return [
      ...wide.map((element) => `wider than the screen: ${name(element)}`),
      ...overlap.map((row) => `the answer runs into what it answers: ${name(row)}`),
    ];
  });
}

await mkdir(output, { recursive: true });
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const { name, ...viewport } of screens) {
    const page = await browser.newPage();
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(report).href) problems.push(`${name}: it asks for ${request.url()}`);
    });
    await page.setViewport(viewport);
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
    problems.push(...(await cramped(page)).map((what) => `${name}: ${what}`));
    // Shown or not, everything is looked at.
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document));
    for (const { impact, id, help, nodes } of violations) {
      const line = `${name}: axe-core, ${impact}: ${id}: ${help} (${nodes.length}: ${nodes[0].target})`;
      if (impact === "serious" || impact === "critical") problems.push(line);
      else console.log(line);
    }
    console.log(`${name}: axe-core: ${passes.length} rules pass, ${violations.length} don't`);
    await page.close();
  }
  for (const format of papers) {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(report).href);
    // As wide as what is printed between the margins, at 96 pixels to the inch.
    await page.setViewport({ width: 680, height: 960 });
    await page.emulateMediaType("print");
    problems.push(...(await cramped(page)).map((what) => `${format}: ${what}`));
    const pdf = await page.pdf({ format, preferCSSPageSize: false, printBackground: false, tagged: true });
    await writeFile(join(output, `${format.toLowerCase()}.pdf`), pdf);
    await page.close();
  }
} finally {
  await browser.close();
}
for (const problem of problems) console.error(problem);
console.log(`looked at ${report}: see ${output}`);
process.exitCode = problems.length === 0 ? 0 : 1;
