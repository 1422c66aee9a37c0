/** Reports at the command line, run as a supervisor runs them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gongguan } from '../support/command-line.ts';
import { temporaryDirectory } from '../support/log.ts';

const root = temporaryDirectory();
const data = join(root.path, 'data');
const report = (...args: string[]) => gongguan(['report', ...args], { data });

beforeAll(() =>
  gongguan(['bootstrap', 'msr.wang', '王建国'], { data, input: '11010519491231002X\n十个字符以上的密码 1\n' }),
);
afterAll(() => root[Symbol.dispose]());

describe('gongguan report', () => {
  it('不带编号时列出问题和参数', async () => {
    const { stdout, code } = await report();
    expect(stdout).toMatch(/^ 1 项目全程行为：.*--project$/m);
    expect(stdout).toMatch(/^15 .*--year$/m);
    expect(stdout.match(/^ {3}有效时间：/gm)).toHaveLength(13);
    expect(stdout.match(/^ {3}不接受有效时间参数：/gm)).toHaveLength(3);
    expect(code).toBe(0);
  });

  it('以表格答复，写到标准输出', async () => {
    const csv = await report('4', '--year', '2024', '--as-of', '1');
    expect(csv.stdout).toMatch(/^\uFEFF报告4,尚无行为的职责\r\n/);
    expect(csv.stdout).toContain('市市场监督管理部门尚无“制定制度规范并组织实施”的行为');
  });

  it('可按有效时间提问，表格中注明；没有意义的说明理由', async () => {
    const [csv, refused] = await Promise.all(['3', '13'].map(number => report(number, '--valid-at', '2024-06-30')));
    expect(csv?.stdout).toMatch(/\r\n截至,位置 \d+，有效时间 2024-06-30\r\n/);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('不接受有效时间参数') });
  });

  it('以 JSON 答复，写到文件', async () => {
    const output = join(root.path, 'report.json');
    expect(await report('13', '--format', 'json', '--output', output)).toMatchObject({ code: 0, stdout: '' });
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ number: 13, faults: 0 });
  });

  it('没有的报告、不全或多余的参数以一句话说明', async () => {
    const faults = [
      [['17'], '没有报告 (no such report): 17'],
      [['1'], 'project'],
      [['8', '--project', '2024-7k3m9qwz'], 'project'],
      [['3', '--as-of', 'yesterday'], '--as-of：'],
    ] as const;
    const ended = await Promise.all(faults.map(([args]) => report(...args)));
    for (const [at, { stderr, code }] of ended.entries()) {
      expect(stderr).toContain(faults[at]?.[1]);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    }
  });
});
