import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteLog } from '../infra/event-store/sqlite-log.ts';
import { projections } from '../projections/index.ts';
import { type Ended, gongguan, serve } from './support/command-line.ts';
import { temporaryDirectory } from './support/log.ts';

const OFFICER = 'msr.wang';
const PASSWORD = '十个字符以上的密码 1';
const NUMBER = '11010519491231002X';

const root = temporaryDirectory();
const data = join(root.path, 'data');
const inData = (...args: string[]) => gongguan(args, { data });

const FINE = { code: 0, stderr: '' };
const headOf = ({ stdout }: Ended) => /log position: (\d+)/.exec(stdout)?.[1];

/** Where the log of a directory stands, without a process that is asked for it. */
async function headIn(directory: string): Promise<string> {
  const log = new SqliteLog(join(directory, 'events.db'));
  try {
    return await log.head();
  } finally {
    log.close();
  }
}

/** Ended with a sentence for the user, not with the stack of a fault of ours. */
function expectRefusal({ code, stderr }: Ended, sentence: string | RegExp): void {
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
}

beforeAll(async () => {
  for (const [account, number] of [
    [[OFFICER, '王建国'], NUMBER],
    [['sup.li', '李正', '--supervisor', '--identity', '护照', '--country', 'CHN'], 'E12345678'],
  ] as const) {
    const input = `${number}\n${PASSWORD}\n`;
    const { code, stdout, stderr } = await gongguan(['bootstrap', ...account], { data, input });
    expect(stderr).toMatch(/号码[\s\S]*密码/);
    expect(stdout).toContain(`registered: ${account[0]}`);
    for (const secret of [number, PASSWORD]) expect(stdout + stderr).not.toContain(secret);
    expect(code).toBe(0);
  }
});
afterAll(() => root[Symbol.dispose]());

describe('help and faults', () => {
  /** A description says it in Chinese and, in brackets or by names of ours, in English. */
  const BOTH = /\p{Script=Han}.*[A-Za-z]{2}/u;

  it.each([
    [[]],
    [['bootstrap']],
    [['export', 'trail']],
    [['report']],
    [['verify']],
    [['migrate']],
    [['witness', 'serve']],
  ])('help of %j is said in both languages', async command => {
    const { stdout, code } = await gongguan([...command, '--help'], { data });
    const described = stdout
      .replaceAll(/\n {10,}/g, ' ')
      .split('\n')
      .flatMap(line => /^ {2}\S.*? {2,}(\S.*)$/.exec(line)?.[1] ?? []);
    expect(described.length).toBeGreaterThan(1);
    expect(described.filter(description => !BOTH.test(description))).toEqual([]);
    for (const title of stdout.matchAll(/^\S.*:$/gm)) expect(title[0]).toMatch(BOTH);
    expect(code).toBe(0);
  });

  it('tells which version it is, as the package does', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await gongguan(['--version'], { data })).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it.each([
    [['--nothing'], /^没有此选项 \(error: unknown option/],
    [['nothing'], /^没有此命令 \(error: unknown command/],
    [['backup'], /^缺少参数 \(error: missing required argument/],
    [['migrate'], /^缺少必填的选项 \(error: required option/],
    [['report', '--unit'], /^选项后缺少值 \(error: option/],
    [['status', 'now'], /^参数过多 \(error: too many arguments/],
    [['witness', 'serve', '--port', 'eighty'], /^值有误 \(error: option/],
    [['export', 'trail', '--format', 'pdf'], /--format：.*\p{Script=Han}.*\(Invalid option/u],
  ])('given %j, then the fault is said in both languages', async (args, sentence) => {
    expectRefusal(await inData(...args), sentence);
  });
});

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
    for (const name of ['PORT', 'LOG_LEVEL']) expectRefusal(values, new RegExp(`  ${name}: .*\\p{Script=Han}`, 'u'));
    expectRefusal(halves, '  OIDC_AUDIENCE: ');
  });

  it('refuses what a start would refuse', async () => {
    const file = join(root.path, 'a-file');
    writeFileSync(file, '');
    const environments = {
      TRUST_PROXY: 'bogus',
      MONGODB_URL: 'mongodb://127.0.0.1:1/admin',
      EVENTSTOREDB_URL: 'esdb://',
      HOST: 'no host at all',
      GONGGUAN_DATA: join(file, 'data'),
    };
    const checks = Object.entries(environments).map(async ([name, value]) => {
      const ended = await gongguan(['config', 'check'], { data, environment: { [name]: value } });
      expectRefusal(ended, new RegExp(`  ${name}: .*\\p{Script=Han}`, 'u'));
    });
    await Promise.all(checks);
  });
});

describe('bootstrap', () => {
  it('wants a password of ten characters, and registers nobody without one', async () => {
    for (const input of [`${NUMBER}\nshort\n`, `${NUMBER}\n`]) {
      expectRefusal(await gongguan(['bootstrap', 'msr.li', '李'], { data, input }), '密码至少10个字符');
    }
    expect(await headIn(data)).toBe('4');
  });

  it('wants to know who the founder is: the number of a document, as such documents have it', async () => {
    const founder = ['bootstrap', 'msr.li', '李'];
    for (const [number, options, fault] of [
      ['', [], '公民身份号码应为18位'],
      ['110105194912310021', [], '校验码不符'],
      ['E12345678', ['--identity', '护照'], 'country'],
      ['AB-1', ['--identity', '工作证'], '没有此类证件'],
    ] as const) {
      const ended = await gongguan([...founder, ...options], { data, input: number && `${number}\n${PASSWORD}\n` });
      expectRefusal(ended, fault);
      if (number) expect(ended.stdout + ended.stderr).not.toContain(number);
    }
    expect(await headIn(data)).toBe('4');
  });
});

describe('bootstrap, once more', () => {
  it('sets no other password for an account that is there', async () => {
    const again = await gongguan(['bootstrap', OFFICER, '王建国'], { data, input: `${NUMBER}\nanother password 1\n` });
    expectRefusal(again, '已登记并设置了密码');
    expect(await headIn(data)).toBe('4');
  });
});

describe('a demo for other machines', () => {
  it('is refused before anything is loaded, and says why', async () => {
    const nowhere = join(root.path, 'demo');
    const refused = await gongguan(['serve', '--demo'], { data: nowhere, environment: { HOST: '0.0.0.0' } });
    expectRefusal(refused, /警告[\s\S]*--yes/);
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('status', () => {
  it('says where log and read models stand', async () => {
    const ended = await inData('status');
    expect(headOf(ended)).toBe('4');
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
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('系统为〈王建国〉登记了账户');
    expect(lines[1]).toContain('由系统操作人员为首批账户〈王建国〉设置了首个密码');
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
    expect(stdout).toMatch(/^accounts 第2代 generation：2 行 rows（原 before 2），与原读模型一致 \(as before\)$/m);
    expect(code).toBe(0);
  });

  it('builds all of them anew', async () => {
    const { stdout } = await inData('rebuild');
    for (const { name } of projections) expect(stdout).toMatch(new RegExp(`^${name} 第\\d+代 .*与原读模型一致`, 'm'));
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
      expectRefusal(await inData('rebuild'), /data 正由另一进程写入，请先将其停止 \(another process is writing/);
      expect(await inData('backup', copy)).toMatchObject({ code: 0, stderr: '' });
    }
    expect(readdirSync(root.path).filter(name => name.startsWith('.'))).toEqual([]);
    await using service = await serve({ data: copy });
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    await service.stop();
    // The fifth is the key of the ledger, which a service introduces by itself.
    expect(['4', '5']).toContain(headOf(await gongguan(['status'], { data: copy })));
    expectRefusal(await inData('backup', copy), /不是空目录 \(is not empty\)/);
  });

  it('is looked at from beside: reports, status, jobs and the trail answer what it has recorded', async () => {
    await using service = await serve({ data });
    const [status, trail, report, accounts, jobs] = await Promise.all([
      inData('status'),
      inData('export', 'trail'),
      inData('report', '3'),
      inData('report', '13', '--format', 'json'),
      inData('jobs'),
    ]);
    for (const { code, stderr } of [status, trail, report, accounts, jobs]) expect({ code, stderr }).toEqual(FINE);
    const head = headOf(status);
    expect(status.stdout).not.toContain('否');
    expect(trail.stdout.trimEnd().split('\r\n')).toHaveLength(Number(head) + 1);
    expect(JSON.parse(accounts.stdout)).toMatchObject({ asOf: { position: head }, faults: 0 });
    expect(jobs.stdout).toContain('已放弃 dead 0');
    expect(await service.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  it('says when the port is taken', async () => {
    await using service = await serve({ data });
    const elsewhere = join(root.path, 'elsewhere');
    const environment = { PORT: new URL(service.url).port };
    expectRefusal(await gongguan(['serve'], { data: elsewhere, environment }), /地址已被占用 .*EADDRINUSE/);
  });
});

describe('backup', () => {
  it('leaves out what is still coming in, which may be gone before it is copied', async () => {
    const [file, copy] = [join(data, 'files', 'incoming', 'half-of-a-file'), join(root.path, 'copy-of-files')];
    writeFileSync(file, 'half');
    expect(await inData('backup', copy)).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(copy, 'files'))).toBe(true);
    expect(existsSync(join(copy, 'files', 'incoming'))).toBe(false);
    rmSync(file);
  });

  it('that fails half-way leaves nothing behind', async () => {
    const broken = join(root.path, 'broken');
    cpSync(data, broken, { recursive: true });
    writeFileSync(join(broken, 'vault.db'), 'no database');
    const copy = join(root.path, 'copy-of-broken');
    expect(await gongguan(['backup', copy], { data: broken })).toMatchObject({ code: 1 });
    expect(readdirSync(root.path).filter(name => name.includes('copy-of-broken'))).toEqual([]);
  });

  it('refuses a directory without a log', async () => {
    const nothing = join(root.path, 'nothing');
    expectRefusal(
      await gongguan(['backup', join(root.path, 'target')], { data: nothing }),
      /没有日志 \(holds no log\)/,
    );
  });
});

describe('demo', () => {
  it('ends with the error when a store fails while it loads, and the next start resumes', async () => {
    const small = join(root.path, 'small');
    const headNow = async () => Number(await headIn(small));
    const failed = await gongguan(['demo'], { data: small, fileSizeKib: 1_500 });
    expectRefusal(failed, /存储此刻不能服务/);
    const before = await headNow();
    expect(before).toBeGreaterThan(0);
    expectRefusal(await gongguan(['demo'], { data: small, fileSizeKib: 3_000 }), /存储此刻不能服务/);
    expect(await headNow()).toBeGreaterThan(before);
  });

  it('is not loaded beside other data', async () => {
    expectRefusal(await inData('demo'), /已有其他数据/);
    expectRefusal(await inData('serve', '--demo'), /已有其他数据/);
  });
});
