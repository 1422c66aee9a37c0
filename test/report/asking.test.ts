/** How reports are asked: number 13, the cut, the names, who sees what, HTTP, CSV. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { projections } from '../../projections/index.ts';
import type { Checkpoint } from '../../projections/ports.ts';
import { csvOf } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { validTimeMeaning } from '../../projections/report/valid-time.ts';
import { openSite, type Site } from '../http/support.ts';
import { withoutReferences } from '../support/api-document.ts';
import { told } from '../support/fold.ts';
import { APPLICANT, altered, ask, faultsOf, OFFICER, PEOPLE, PROJECT, story, THIRD_PARTY, UNIT } from './support.ts';

const log = story(PEOPLE, told('unit.registered'), told('application.started', {}, { actor: APPLICANT }));

function accountOf(events: readonly RecordedEvent[], name: string, change: Partial<Checkpoint> = {}): Checkpoint {
  const projection = projections.find(each => each.name === name);
  const types = new Set(projection?.handlers.flatMap(handler => handler.types));
  const handled = projection?.every ? events.length : events.filter(({ type }) => types.has(type)).length;
  return {
    projection: name,
    version: projection?.version ?? 1,
    generation: 1,
    state: 'live',
    position: events.at(-1)?.position as Position,
    handled,
    ignored: events.length - handled,
    unknown: 0,
    quarantined: 0,
    updatedAt: '2024-06-01T02:00:00.000Z',
    term: 0,
    ...change,
  };
}

describe('问题13 读模型的完整性', () => {
  const complete = projections.map(({ name }) => accountOf(log, name));

  it('账目与日志逐事件相符的没有问题', async () => {
    const { rows, faults, verdict } = await ask(13, {}, log, { checkpoints: complete });
    expect(faults).toBe(0);
    expect(rows.map(({ cells }) => cells.complete)).toEqual(projections.map(() => '是'));
    expect(verdict).toBe(
      `至位置 6，${projections.length}个读模型中完整的${projections.length}个，没有账目不符或隔离的事件。`,
    );
  });

  it('发现跳过一个事件的读模型', async () => {
    const [first, ...rest] = complete as [Checkpoint, ...Checkpoint[]];
    const skipped = { ...first, ignored: first.ignored - 1 };
    const answer = await ask(13, {}, log, { checkpoints: [skipped, ...rest] });
    expect(faultsOf(answer)).toMatchObject([{ says: expect.stringContaining('日志有6个事件，账上5个') }]);
    expect(answer.rows[0]?.cells).toMatchObject({
      complete: '否',
      readModel: `${first.projection} v${first.version} g1`,
    });
  });

  it('发现把应处理的事件记作略过的读模型', async () => {
    const trail = accountOf(log, 'trail');
    const ignoring = { ...trail, handled: trail.handled - 1, ignored: trail.ignored + 1 };
    expect(faultsOf(await ask(13, {}, log, { checkpoints: [ignoring] }))).toMatchObject([
      { says: expect.stringContaining('应处理6个，处理和隔离5个') },
    ]);
  });

  it('隔离的事件是问题，并指出是哪一个', async () => {
    const trail = accountOf(log, 'trail');
    const event = log[2] as RecordedEvent;
    const { position, id: eventId, type } = event;
    const quarantine = [{ projection: 'trail', generation: 1, position, eventId, type, reason: 'TypeError' }];
    const checkpoints = [{ ...trail, handled: trail.handled - 1, quarantined: 1 }];
    expect(faultsOf(await ask(13, {}, log, { checkpoints, quarantine }))).toMatchObject([
      { says: expect.stringContaining('被隔离：TypeError'), at: [3] },
    ]);
    expect(await ask(13, {}, log, { checkpoints, quarantine, asOf: '2' })).toMatchObject({ faults: 0 });
  });

  it('尚未到达的不完整，但不是问题；截至其位置则完整', async () => {
    const behind = accountOf(log.slice(0, 4), 'trail');
    const answer = await ask(13, {}, log, { checkpoints: [behind] });
    expect(answer).toMatchObject({ faults: 0, rows: [{ cells: { complete: '否', flaw: '尚未到达位置 6' } }] });
    expect(await ask(13, {}, log, { checkpoints: [behind], asOf: '4' })).toMatchObject({
      rows: [{ cells: { complete: '是' } }],
    });
  });

  it('只为监督机关的事件同样计数', async () => {
    const secret = story(PEOPLE, told('misconduct.reported'));
    const checkpoints = [accountOf(secret, 'trail')];
    expect(await ask(13, {}, secret, { checkpoints, asker: { role: 'MSR' } })).toMatchObject({ faults: 0 });
  });
});

describe('一份报告', () => {
  it('各有编号、名称、中文题目和问题；第14题由离线核验程序答复', () => {
    expect(reports.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(new Set(reports.map(({ name }) => name)).size).toBe(reports.length);
    for (const { title, question } of reports) {
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(question).toMatch(/\p{Script=Han}.*\(.+\)$/u);
    }
  });

  it('日志为空时也有答复', async () => {
    for (const { number } of reports) {
      const parameters = {
        1: { project: PROJECT },
        2: { project: PROJECT, on: '2024-03-01' },
        4: { year: 2024 },
        9: { unit: UNIT },
        12: { year: 2024 },
      };
      const answer = await ask(number, parameters[number as never] ?? {}, []);
      expect(answer.verdict, String(number)).toMatch(/。$/);
      expect(answer.asOf).toEqual({ position: '0' });
    }
  });

  it('姓名由密钥打开；已删除的人员不再有姓名', async () => {
    const named = await ask(1, { project: PROJECT }, log, { names: { 'account-haihe.zhang': '张伟' } });
    expect(named.rows[0]).toMatchObject({ says: expect.stringContaining('〈张伟〉'), cells: { person: '张伟' } });
    const erased = await ask(1, { project: PROJECT }, log);
    expect(erased.rows[0]?.says).toContain('〈（已删除）〉');
  });

  it('工作人员案件只有监督机关看到，当事人看不到自己的', async () => {
    const about = { accountId: 'sup.li', projectId: PROJECT };
    const secret = story(PEOPLE, told('misconduct.reported', { accountId: 'sup.li' }, { actor: OFFICER, about }));
    const rowsFor = async (role: 'SUP' | 'MSR', ...accounts: string[]) =>
      (await ask(1, { project: PROJECT }, secret, { asker: { role, accounts: new Set(accounts) } })).rows.length;
    expect(await rowsFor('SUP', 'sup.wang')).toBe(1);
    expect(await rowsFor('SUP', 'sup.li')).toBe(0);
    expect(await rowsFor('SUP', 'sup.second', 'sup.li')).toBe(0);
    expect(await rowsFor('MSR', 'msr.chen')).toBe(0);
  });

  it('无法读取的事件既不使报告中断，也不被略去', async () => {
    const torn = log.map(event => (event.type === 'application.started' ? { ...event, data: undefined } : event));
    const answer = await ask(12, { year: 2024 }, [...torn, ...story(told('project.listed'))].map(numbered));
    expect(answer.verdict).toMatch(/项目1项/);
    const broken = await ask(
      8,
      {},
      story(told('project.listed')).map(event => ({ ...event, data: null })),
    );
    expect(broken.verdict).toBe('尚未公布名单。另有1个事件无法读取。');
    expect(faultsOf(broken)).toMatchObject([{ says: expect.stringContaining('project.listed 无法读取'), at: [1] }]);
  });

  it('表格先给出问题、截至和结论；以公式开头的内容不会被执行', async () => {
    const answer = await ask(
      3,
      {},
      altered(log, 'application.started', {
        effectiveAt: '2024-01-01T00:00:00.000Z',
        backdated: true,
        reason: '=HYPERLINK("x")',
      }),
    );
    const lines = csvOf(answer).split('\r\n');
    expect(lines.slice(0, 5)).toEqual([
      '\uFEFF报告3,迟录和补录的行为',
      expect.stringMatching(/^问题,/),
      '参数,天数：7',
      '截至,位置 6',
      `结论,${answer.verdict}`,
    ]);
    expect(lines[6]).toBe(
      '序号,存在问题,说明,类别,发生时间,记录时间,迟录天数,人员,行为单位,理由,问题,所依位置,所依事件',
    );
    expect(lines[7]).toContain(`"'=HYPERLINK(""x"")"`);
  });
});

function numbered(event: RecordedEvent, index: number): RecordedEvent {
  return { ...event, position: String(index + 1) as Position };
}

describe('经由接口', () => {
  let site: Site;
  const opened: string[] = [];

  beforeAll(async () => {
    const reader = {
      now: '2024-03-20T02:00:00.000Z',
      open: async ({ subject }: { subject: string }) => {
        opened.push(subject);
        return '张三';
      },
      getMany: async () => new Map(),
      checkpoints: async () => [],
      quarantine: async () => [],
    };
    site = await openSite({ reader: reader as never });
  });
  afterAll(() => site.close());

  const get = async (path: string, accountId: string) =>
    site.call('GET', `/api/v1${path}`, { token: await site.signIn(accountId) });

  it('目录列出可以提出的问题和参数', async () => {
    const listed = async (accountId: string) =>
      (
        (await (await get('/reports', accountId)).json()) as {
          items: { number: number; parameters: { properties: object } }[];
        }
      ).items;
    const all = await listed('sup.li');
    expect(all.map(({ number }) => number)).toEqual(reports.map(({ number }) => number));
    expect(Object.keys(all[0]?.parameters.properties ?? {})).toEqual(['project', 'asOf', 'validAt', 'format']);
    expect((await listed('msr.chen')).map(({ number }) => number)).not.toContain(6);
  });

  it('市市场监管部门不能提出第6、第9、第14题，其他角色都不能', async () => {
    for (const { number, allow } of reports) {
      const statusFor = async (accountId: string) => (await get(`/reports/${number}`, accountId)).status;
      expect((await statusFor('msr.chen')) === 403, String(number)).toBe([6, 9, 14].includes(number));
      expect(await statusFor('unit.zhao')).toBe(403);
      expect(await statusFor('expert.qian')).toBe(403);
      expect(allow).toContain('SUP');
    }
  });

  it('以 JSON 和 CSV 答复，姓名已填', async () => {
    const response = await get('/reports/1?project=2024-7k3m9qwz&asOf=2024-12-31', 'sup.li');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ number: 1, parameters: { project: PROJECT }, rows: [] });
    const csv = await get('/reports/3?format=csv', 'msr.chen');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain('.csv');
    expect(await csv.text()).toContain('报告3');
  });

  it('直接写入日志的越权行为，下一次提问即被发现', async () => {
    expect(await (await get('/reports/10', 'sup.li')).json()).toMatchObject({ faults: 0 });
    const clerk = { ...THIRD_PARTY, actedAs: 'MSR', entrustmentId: 'tpo-2024' } as const;
    const [forged] = story(told('project.approved', {}, { actor: clerk })) as [RecordedEvent];
    const { streamId, id, type, schemaVersion, data, meta } = forged;
    const [{ position }] = (await site.store.append(streamId, -1, [{ id, type, schemaVersion, data, meta }])) as [
      RecordedEvent,
    ];
    expect(await (await get('/reports/10', 'sup.li')).json()).toMatchObject({
      faults: 1,
      rows: [{ fault: true, rests: [{ position, eventId: id, type }] }],
    });
  });

  it('参数不全、未知或不合格的不予答复', async () => {
    for (const path of ['/reports/1', '/reports/1?project=x', '/reports/12?year=2024&asOf=yesterday']) {
      expect((await get(path, 'sup.li')).status, path).toBe(422);
    }
    expect((await get('/reports/3?person=x', 'sup.li')).status).toBe(422);
    expect((await get('/reports/17', 'sup.li')).status).toBe(404);
  });

  it('可按有效时间提问；没有意义的以理由拒绝，文档中同样写明', async () => {
    const answered = await get('/reports/8?validAt=2024-03-01', 'sup.li');
    expect(await answered.json()).toMatchObject({
      asOf: { validAt: '2024-03-01' },
      verdict: '有效时间 2024-03-01：尚未公布名单。',
    });
    const refused = await get('/reports/13?validAt=2024-03-01', 'sup.li');
    expect(refused.status).toBe(422);
    const why = expect.stringContaining('不接受有效时间参数：读模型的账目按日志位置清点');
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/validAt', detail: why }] });
    expect((await get('/reports/8?validAt=tomorrow', 'sup.li')).status).toBe(422);

    const { paths } = withoutReferences(await (await site.call('GET', '/api/v1/openapi.json')).json()) as {
      paths: Record<string, { get: { parameters: { name: string }[] } }>;
    };
    for (const { number, validTime } of reports) {
      const { parameters } = paths[`/api/v1/reports/${number}`]?.get ?? { parameters: [] };
      const validAt = parameters.find(({ name }) => name === 'validAt');
      expect(JSON.stringify(validAt), String(number)).toContain(validTimeMeaning(validTime));
    }
  });
});
