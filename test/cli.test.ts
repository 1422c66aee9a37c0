import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projections } from '../projections/index.ts';
import { type Ended, gongguan, serve } from './support/command-line.ts';
import { temporaryDirectory } from './support/log.ts';

const OFFICER = 'msr.wang';
const PASSWORD = '十个字符以上的密码 1';

const root = temporaryDirectory();
const data = join(root.path, 'data');
const inData = (...args: string[]) => gongguan(args, { data });

const headOf = ({ stdout }: Ended) => /log position: (\d+)/.exec(stdout)?.[1];

/** Ended with a sentence for the user, not with the stack of a fault of ours. */
function expectRefusal({ code, stderr }: Ended, sentence: string | RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
}

beforeAll(async () => {
  for (const account of [
    [OFFICER, '王建国'],
    ['sup.li', '李正', '--supervisor'],
  ]) {
    const { code, stdout, stderr } = await gongguan(['bootstrap', ...account], { data, input: `${PASSWORD}\n` });
    expect(stderr).toContain('密码');
    expect(stdout).toContain(`registered: ${account[0]}`);
    expect(stdout + stderr).not.toContain(PASSWORD);
    expect(code).toBe(0);
  }
});
afterAll(() => root[Symbol.dispose]());

describe('config check', () => {
  it('prints the configuration that the environment makes', async () => {
    const { code, stdout } = await gongguan(['config', 'check'], { data, environment: { PORT: '8080' } });
    expect(JSON.parse(stdout)).toMatchObject({ dataDirectory: data, host: '127.0.0.1', port: 8080, logLevel: 'warn' });
    expect(code).toBe(0);
  });

  it('names every variable that is wrong', async () => {
    const check = (environment: Record<string, string>) => gongguan(['config', 'check'], { data, environment });
    const [values, halves] = await Promise.all([
      check({ PORT: 'eighty', LOG_LEVEL: 'loud' }),
      check({ OIDC_ISSUER: 'https://id.example' }),
    ]);
    for (const name of ['PORT', 'LOG_LEVEL']) expectRefusal(values, `  ${name}: `);
    expectRefusal(halves, '  OIDC_AUDIENCE: ');
  });
});

describe('bootstrap', () => {
  it('wants a password of ten characters, and registers nobody without one', async () => {
    for (const input of ['short\n', '']) {
      expectRefusal(await gongguan(['bootstrap', 'msr.li', '李'], { data, input }), '密码至少10个字符');
    }
    expect(headOf(await inData('status'))).toBe('2');
  });
});

describe('status', () => {
  it('says where log and read models stand', async () => {
    const ended = await inData('status');
    expect(headOf(ended)).toBe('2');
    for (const { name, version } of projections) expect(ended.stdout).toContain(`${name} v${version} g`);
    expect(ended.stdout).not.toContain('否');
    expect(ended.code).toBe(0);
  });
});

describe('export trail', () => {
  it('as CSV, with a line for each event', async () => {
    const { stdout, code } = await inData('export', 'trail');
    const [header, ...lines] = stdout.trimEnd().split('\r\n');
    expect(header).toMatch(/^\uFEFF位置,记录时间/);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('系统为〈王建国〉登记了账户');
    expect(code).toBe(0);
  });

  it('as NDJSON into a file, filtered', async () => {
    const output = join(root.path, 'trail.ndjson');
    const filter = ['--article', 'art-05', '--as-of', '1'];
    expect(await inData('export', 'trail', '--format', 'ndjson', '--output', output, ...filter)).toMatchObject({
      code: 0,
    });
    const entries = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(entries).toMatchObject([{ position: '1', type: 'account.registered', basis: ['第五条（四）'] }]);
  });

  it('refuses an article that does not exist', async () => {
    expectRefusal(await inData('export', 'trail', '--article', 'art-11'), /article/);
  });
});

describe('rebuild', () => {
  it('builds one read model anew and says how it compares', async () => {
    const { stdout, code } = await inData('rebuild', 'accounts');
    expect(stdout).toMatch(/^accounts 第2代：2 行（原 2 行），与原读模型一致$/m);
    expect(code).toBe(0);
  });

  it('builds all of them anew', async () => {
    const { stdout } = await inData('rebuild');
    for (const { name } of projections) expect(stdout).toMatch(new RegExp(`^${name} 第\\d+代：.*与原读模型一致$`, 'm'));
  });

  it('refuses a name that is none', async () => {
    expectRefusal(await inData('rebuild', 'nothing'), 'no such read model');
  });
});

describe('serve', () => {
  it('answers, lets in who was registered, and stops when asked', async () => {
    await using service = await serve({ data });
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    const session = await fetch(`${service.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accountId: OFFICER, password: PASSWORD }),
    });
    expect(await session.json()).toMatchObject({ accountId: OFFICER, role: 'MSR' });
    expect(await service.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  it('has the directory for itself; a backup can be taken meanwhile, and serves the same', async () => {
    const copy = join(root.path, 'copy');
    {
      await using _service = await serve({ data });
      expectRefusal(await inData('status'), /another process is writing to .*data; stop it first/);
      expect(await inData('backup', copy)).toMatchObject({ code: 0, stderr: '' });
    }
    await using service = await serve({ data: copy });
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    await service.stop();
    expect(headOf(await gongguan(['status'], { data: copy }))).toBe('2');
    expectRefusal(await inData('backup', copy), 'is not empty');
  });

  it('says when the port is taken', async () => {
    await using service = await serve({ data });
    const elsewhere = join(root.path, 'elsewhere');
    const environment = { PORT: new URL(service.url).port };
    expectRefusal(await gongguan(['serve'], { data: elsewhere, environment }), 'EADDRINUSE');
  });
});

describe('backup', () => {
  it('refuses a directory without a log', async () => {
    const nothing = join(root.path, 'nothing');
    expectRefusal(await gongguan(['backup', join(root.path, 'target')], { data: nothing }), 'holds no log');
  });
});

describe('demo', () => {
  it('is not loaded beside other data', async () => {
    expectRefusal(await inData('demo'), 'holds other data');
    expectRefusal(await inData('serve', '--demo'), 'holds other data');
  });
});
