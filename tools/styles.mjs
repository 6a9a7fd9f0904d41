// Writes Tabler's style sheet without the rules of classes that no page can have.
// node tools/styles.mjs <whole sheet> <what is kept> <pages and scripts, as globs> …
import { writeFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";

const [whole, kept, ...content] = process.argv.slice(2);
// Every word of these files counts as a class; names put together from parts stand here.
const safelist = { standard: [/^alert-/] };
const [sheet] = await new PurgeCSS().purge({ content, css: [whole], safelist });
await writeFile(kept, sheet.css);
