import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, readConfig } from '../infra/config.ts';
import { type RunningProcess, startProcess } from '../infra/main.ts';
import { pages } from '../infra/pages/index.ts';
import { gongguan } from './support/command-line.ts';
import { temporaryDirectory } from './support/log.ts';

const readme = readFileSync('README.md', 'utf8');
const lines = readme.split('\n');

/** Text in backticks, outside of fenced blocks. */
const quoted = [...readme.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
  match => match[1] as string,
);

describe('the README opens', () => {
  it('with a short summary in Chinese', () => {
    const [title, ...rest] = readme.split('\n\n');
    const summary = rest[0] ?? '';
    expect(title).toMatch(/^# \p{Script=Han}/u);
    expect(summary.match(/\p{Script=Han}/gu)?.length).toBeGreaterThan(summary.length / 2);
    expect(summary.length).toBeLessThan(300);
  });

  it('with how to run it and how to test it', () => {
    const firstScreen = lines.slice(0, 25).join('\n');
    expect(firstScreen).toMatch(/^npm ci && npm start\b/m);
    expect(firstScreen).toMatch(/^npm cit\b/m);
  });
});

describe('its picture', () => {
  it('is there for whoever has only this repository, small, and one', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    expect(pictures).toHaveLength(1);
    const picture = readFileSync(pictures[0] as string);
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.length).toBeLessThan(200_000);
  });
});

describe('every command it names', () => {
  /** Words of the command, and its options. */
  const commands = [...readme.matchAll(/npx gongguan ([^\n`]+)/g)].map(([, rest = '']) => ({
    words: /^[a-z]+(?: [a-z]+)*(?= |$)/.exec(rest.replace(/ {2,}.*/, ''))?.[0].split(' ') ?? [],
    options: [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option),
  }));

  const helpOf = async (...words: readonly string[]) => (await gongguan([...words, '--help'])).stdout;

  it('is in the help of the command line, with its options; and no command is left out', async () => {
    expect(commands.length).toBeGreaterThan(5);
    const [root, ...helps] = await Promise.all([helpOf(), ...commands.map(({ words }) => helpOf(...words))]);
    for (const [at, { words, options }] of commands.entries()) {
      expect(helps[at]).toContain(`Usage: gongguan ${words.join(' ')} `);
      for (const option of options) expect(helps[at]).toContain(option);
    }
    const offered = [...root.slice(root.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)\b/gm)].map(match => match[1]);
    const named = new Set(commands.map(({ words }) => words[0]));
    expect(offered.filter(command => command !== 'help' && !named.has(command))).toEqual([]);
  });

  it('is a script of the package', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const run = [...readme.matchAll(/npm run ([a-z]+)/g)].map(match => match[1] as string);
    expect(run).not.toEqual([]);
    for (const script of [...run, 'start', 'test']) expect(scripts).toHaveProperty(script);
  });
});

describe('the table of variables', () => {
  it('names those that are read, and no others', () => {
    const rows = lines.filter(line => /^\| `[A-Z]/.test(line)).map(line => line.split('|')[1] as string);
    const named = rows.flatMap(cell => [...cell.matchAll(/`([A-Z_]+)`/g)].map(match => match[1]));
    expect(named.sort()).toEqual([...ENVIRONMENT_NAMES].sort());
  });

  it('gives the defaults', () => {
    const { dataDirectory, host, port, logLevel } = readConfig({});
    for (const value of [dataDirectory, host, String(port), logLevel]) expect(readme).toContain(`\`${value}\``);
  });
});

describe('every address it names', () => {
  const directory = temporaryDirectory();
  let application: RunningProcess;

  beforeAll(async () => {
    application = await startProcess(readConfig({ GONGGUAN_DATA: directory.path, PORT: '0', LOG_LEVEL: 'error' }));
  });
  afterAll(async () => {
    await application.close();
    directory[Symbol.dispose]();
  });

  it('is one of the API', async () => {
    const description = await fetch(`${application.url}/api/v1/openapi.json`);
    const { paths } = (await description.json()) as { paths: Record<string, Record<string, unknown>> };
    const named = [
      ...[...readme.matchAll(/\/api\/v1\/[^\s`"?]+/g)].map(([address]) => address),
      ...quoted.filter(text => /^\/(?!api\/v1$|docs$)[a-z/]+$/.test(text)).map(address => `/api/v1${address}`),
    ];
    expect(named.length).toBeGreaterThan(6);
    const addresses = [...Object.keys(paths), ...pages.map(({ path }) => path.replaceAll(/:\w+/g, '{x}'))];
    const templates = addresses.map(path => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    // What machines ask stands at the root.
    const exists = (address: string) =>
      templates.some(template => template.test(address) || template.test(address.replace('/api/v1', '')));
    expect(named.filter(address => !exists(address))).toEqual([]);
  });

  it('and the documentation is where it says', async () => {
    expect(quoted).toContain('/docs');
    expect((await fetch(`${application.url}/docs`)).status).toBe(200);
  });
});

describe('every path it names', () => {
  it('exists, from the root or from the folder its line is about', () => {
    const made = `${readConfig({}).dataDirectory}/`;
    const missing = lines.flatMap(line => {
      const paths = [...line.matchAll(/`([\w./-]+(?:\/|\.(?:ts|js|json|md)))`/g)].map(match => match[1] as string);
      const [folder = ''] = paths;
      return paths.filter(path => path !== made && !existsSync(path) && !existsSync(join(folder, path)));
    });
    expect(missing).toEqual([]);
    expect(lines.filter(line => /^- `\w+\/`/.test(line)).length).toBeGreaterThan(4);
  });
});

describe('the glossary', () => {
  it('leads to every rule: each file of events/rules is named', () => {
    expect(readdirSync('events/rules').filter(file => !quoted.includes(`events/rules/${file}`))).toEqual([]);
  });
});

describe('the gate', () => {
  it('.ci/run can be run and calls npm cit', () => {
    accessSync('.ci/run', constants.X_OK);
    expect(readFileSync('.ci/run', 'utf8')).toMatch(/^\s*npm cit$/m);
  });
});
