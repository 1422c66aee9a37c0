/** Starts the application in a fresh process and tells the processor time that it took; without pages nothing of them is loaded. */
import module, { register } from 'node:module';
import { readConfig } from '../../infra/config.ts';
import { answer, argument } from './children.ts';

/** What the rest of the application takes from the pages; an import that is missing here ends the process with its name. */
const NO_PAGES = `
  export const pages = [];
  export const pageEndpoints = () => [], downloadEndpoints = () => [];
  export const createPageRouter = () => (req, res, next) => next();
  export const refusePage = () => undefined;`;

type Load = (url: string, context: object, next: (url: string, context: object) => object) => object;

const load: Load = (url, context, next) =>
  url.includes('/infra/pages/') ? { format: 'module', shortCircuit: true, source: NO_PAGES } : next(url, context);

const { directory, pages } = argument<{ directory: string; pages: boolean }>();
const { registerHooks } = module as { readonly registerHooks?: (hooks: { readonly load: Load }) => void };
if (!pages && registerHooks) registerHooks({ load });
else if (!pages) {
  // An older Node asks hooks in a thread of their own.
  const hook = `const NO_PAGES = ${JSON.stringify(NO_PAGES)}; export const load = ${load}`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
const { startProcess } = await import('../../infra/main.ts');
const { close, url } = await startProcess(
  readConfig({ GONGGUAN_DATA: directory, PORT: '0', GONGGUAN_SECOND_FACTOR: 'optional' }),
);
const seconds = secondsSpent();
if (pages) await (await fetch(url)).text();
answer({ seconds, firstPage: secondsSpent() - seconds });
await close();
process.exit();

/** Of processor time, in all threads. */
function secondsSpent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
