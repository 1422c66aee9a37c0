/**
 * Material (art-26), as everybody meets it at every door: what the facts of the story hold of it is marked, so that an
 * answer that shows some is found whatever it says of itself. Who may not open it is shown no mark; who may is on record.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { entrustmentStream } from '../../events/entrustment.ts';
import { evaluationStream } from '../../events/evaluation.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { panelStream } from '../../events/panel.ts';
import { materialIn } from '../../events/rules/material.ts';
import { codeWord } from '../../events/words.ts';
import { BASE } from '../../infra/http/endpoint.ts';
import { admits, type Policy } from '../../infra/http/policy.ts';
import type { Words } from '../../infra/http/valid-input.ts';
import { control, samples } from '../support/controls.ts';
import { ask, askAll, storeFile, type Target, targetOf, timeless } from './authorisation-asking.ts';
import { undertaking } from './authorisation-parties.ts';
import { type Held, openSite, type Site } from './authorisation-site.ts';
import { STORY, storyOf } from './two-organisations.ts';

const MARK = '商密甲乙丙';
/** Text that lists show: what a thing is called, and of which kind it is. */
const SHOWN = new Set([
  'title',
  'name',
  'unitName',
  'bodyName',
  'kind',
  'stage',
  'outcome',
  'sealed',
  'subject',
  'reason',
  'categories',
  'methods',
]);

/** Whatever is written in material carries the mark, and scores have a value that nothing else has. */
function marked(value: unknown, field = ''): unknown {
  if (Array.isArray(value)) return value.map(item => marked(item, field));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, marked(part, name)]));
  }
  if (field === 'score' && typeof value === 'string') return SCORE;
  return typeof value === 'string' && /\p{Script=Han}/u.test(value) && !SHOWN.has(field) ? `${MARK}${value}` : value;
}
const SCORE = '86.5173';
const MARKS = [MARK, SCORE];

const withMarks = (draft: DecidedEvent): DecidedEvent =>
  materialIn(draft.type) ? { ...draft, data: marked(draft.data) } : draft;

const WORDS: Words = {
  ...Object.assign({}, ...Object.values(samples)),
  ...STORY,
  on: '2024-12-28',
  panelId: '2024-equipment',
  project: STORY.projectId,
  unit: STORY.uscc,
};

let site: Site;
let table: readonly Policy[];

beforeAll(async () => {
  site = await openSite();
  const story = (await storyOf(site)).map(withMarks);
  const isStart = ({ type }: DecidedEvent) => type === 'application.started';
  // Whose a project is stands in its own stream.
  await site.append(projectStream(STORY.projectId as never), story.filter(isStart));
  await site.append(
    'story',
    story.filter(draft => !isStart(draft)),
  );
  for (const [account, held] of Object.entries(PEOPLE)) tokens.set(account, await site.signIn(account, held));
  for (const account of SIGNED) await site.append(...undertaking(PEOPLE[account] as Held, account));
  await site.settled();
  table = JSON.parse((await asked('bound', { path: `${BASE}/policies` })).text) as typeof table;
});

afterAll(() => site.close());

const tokens = new Map<string, string>();
const PEOPLE: Readonly<Record<string, Held>> = {
  curious: { role: 'MSR', orgId: 'msr' },
  bound: { role: 'MSR', orgId: 'msr' },
  'sup-one': { role: 'SUP', orgId: 'sup' },
  'rec-curious': { role: 'REC-D', orgId: STORY.bodyId },
  'rec-bound': { role: 'REC-D', orgId: STORY.bodyId },
};
const SIGNED = ['bound', 'rec-bound'];

const asked = (account: string, target: Pick<Target, 'path'>) =>
  ask(site.url, { method: 'GET', body: {}, ...target }, tokens.get(account));

const FEED = `${BASE}/events?limit=1000`;

/** Every address that somebody may ask, with the things of the story, and what it answers. */
async function everyAnswerTo(account: string) {
  const role = PEOPLE[account]?.role;
  const places = table.filter(
    ({ method, access, name }) => method === 'GET' && admits(access, role) && !QUIET.has(name),
  );
  const questions = places.flatMap(policy =>
    [false, true].map(whole => ({ name: policy.name, path: targetOf(policy, WORDS, whole).path })),
  );
  questions.push(
    { name: 'PullEvents', path: FEED },
    { name: 'ExportTrail', path: `${BASE}/trail/export?format=ndjson` },
  );
  return askAll(questions, async ({ name, path }) => ({ name, ...(await asked(account, { path })) }));
}

/** Asked for on its own below: of a stream a page is read that may hold no event yet. */
const QUIET = new Set(['StreamEvents']);

const shows = ({ text }: { readonly text: string }) => MARKS.some(mark => text.includes(mark));
const namesOf = (answers: readonly { readonly name: string }[]) => [...new Set(answers.map(({ name }) => name))].sort();

interface Access {
  readonly accountId: string;
  readonly via?: string;
  readonly objects: readonly string[];
}

async function accessesOf(account: string): Promise<readonly Access[]> {
  await site.settled();
  const path = `${BASE}/material-accesses?person=${account}&unit=${STORY.uscc}&limit=500`;
  return (JSON.parse((await asked('sup-one', { path })).text) as { items: Access[] }).items;
}

/** What comes of a stream up to the first mark, or to the end of what there is. */
async function firstMarkIn(path: string, account: string): Promise<string> {
  const headers = { authorization: `Bearer ${tokens.get(account)}` };
  const { body } = await fetch(`${site.url}${path}`, { headers });
  let text = '';
  for await (const chunk of (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (shows({ text }) || text.includes('event: caught-up')) break;
  }
  return text;
}

/** Every door that shows material to those who oversee; a new one fails the test until it stands here. */
const DOORS = [
  'GetCaseFile',
  'GetEvent',
  'GetExcellentListProposal',
  'GetImplementation',
  'GetRanking',
  'GetResultFile',
  'GetScoreProvenance',
  'ListPdcaBoard',
  'PullEvents',
  'ReportReruns',
  'RerunAggregation',
];

describe('第二十六条 every door that shows material', () => {
  it.each(['curious', 'rec-curious'])(
    'given %s has not signed, then no answer at any door shows any',
    async account => {
      const answers = await everyAnswerTo(account);
      expect(namesOf(answers.filter(shows))).toEqual([]);
      expect(await accessesOf(account)).toEqual([]);
      const refused = answers.filter(({ text }) => text.includes('"undertaking-not-signed"'));
      expect(namesOf(refused)).toEqual(expect.arrayContaining(['GetCaseFile', 'GetImplementation', 'GetResultFile']));
    },
  );

  it.each(['bound', 'sup-one'])(
    'given %s may open it, then every door that shows any leaves a record of the unit',
    async account => {
      const answers = await everyAnswerTo(account);
      const doors = namesOf(answers.filter(shows));
      expect(doors).toEqual(expect.arrayContaining(DOORS.filter(name => !(name in NOT_MARKED))));
      const recorded = new Set((await accessesOf(account)).map(({ via }) => via));
      expect(recorded.size).toBeGreaterThan(0);
      const report = await asked('sup-one', { path: `${BASE}/reports/9?unit=${STORY.uscc}` });
      expect(report.text).toContain(`（${codeWord('role', PEOPLE[account]?.role ?? '')}）`);
      expect(DOORS).toEqual(expect.arrayContaining(doors));
    },
  );

  it('given each door is the first that somebody opens, then it is on record by name', async () => {
    const missing: string[] = [];
    for (const [at, door] of DOORS.entries()) {
      const account = `opener-${at}`;
      tokens.set(account, await site.signIn(account, PEOPLE.bound as Held));
      await site.append(...undertaking(PEOPLE.bound as Held, account));
      const policy = table.find(({ name }) => name === door) as Policy;
      await asked(account, { path: door === 'PullEvents' ? FEED : targetOf(policy, WORDS).path });
      const recorded = await accessesOf(account);
      if (!recorded.some(({ via, objects }) => via === door && objects.includes(STORY.projectId))) missing.push(door);
    }
    expect(missing).toEqual([]);
  });

  it('given a stream, then it is asked for before it begins, and its material is on record', async () => {
    const path = `${BASE}/events/stream`;
    expect((await asked('curious', { path })).status).toBe(403);
    expect((await asked('curious', { path: `${path}?types=project.approved` })).status).toBe(200);
    const account = 'follower';
    tokens.set(account, await site.signIn(account, PEOPLE.bound as Held));
    await site.append(...undertaking(PEOPLE.bound as Held, account));
    const text = await firstMarkIn(`${path}?types=results.submitted`, account);
    expect(text).toContain(MARK);
    expect(await accessesOf(account)).toMatchObject([{ via: 'StreamEvents', objects: [STORY.projectId] }]);
  });

  it('given one asks again on the same day, then nothing more is recorded', async () => {
    const before = (await accessesOf('bound')).length;
    await everyAnswerTo('bound');
    expect(await accessesOf('bound')).toHaveLength(before);
  });
});

/** Doors whose answer holds nothing that could be marked. */
const NOT_MARKED: Readonly<Record<string, string>> = { ListPdcaBoard: 'metrics are numbers' };

describe('第二十条 what an expert reads', () => {
  const PANEL = '2024-reading';
  const judge: Held = { role: 'EXPERT', orgId: 'expert-zhao' };
  const pair = { panelId: PANEL, expertId: judge.orgId };
  const doors = (projectId: string) => [`${BASE}/projects/${projectId}`, `${BASE}/projects/${projectId}/results`];
  const DOCUMENT = samples['result-document.attached'].sha256;
  const stream = panelStream(PANEL as never);

  const read = async (projectId: string) => {
    await site.settled();
    return Promise.all(doors(projectId).map(path => asked('judge', { path })));
  };
  const statuses = async () => (await read(STORY.projectId)).map(({ status }) => status);
  /** As if it were not there: byte for byte what a project of nobody is answered. */
  const isHidden = async () => {
    const [own, nowhere] = await Promise.all(
      [STORY.projectId, '2024-nowhere1'].map(async id => (await read(id)).map(timeless)),
    );
    expect(own).toEqual(nowhere);
    expect(own?.every(answer => answer.startsWith('404'))).toBe(true);
    const files = [DOCUMENT, '0'.repeat(64)].map(sha256 => asked('judge', { path: `${BASE}/files/${sha256}` }));
    const [file, none] = (await Promise.all(files)).map(timeless);
    expect(file).toBe(none);
  };

  it('given he is drawn and has not declared, then nothing', async () => {
    tokens.set('judge', await site.signIn('judge', judge));
    await site.append(stream, [
      control('panel-formation.started', { panelId: PANEL }),
      control('experts.drawn', { panelId: PANEL, picks: ['expert-zhao', 'expert-qian', 'expert-li'] }),
    ]);
    await isHidden();
    await site.append(stream, [control('interest.declared', { ...pair, ...NO_INTEREST })]);
    await isHidden();
  });

  it('given he has declared and the panel stands, then he is asked to undertake secrecy, and reads', async () => {
    await site.append(stream, [control('panel.constituted', { panelId: PANEL })]);
    expect(await statuses()).toEqual([403, 403]);
    await site.append(...undertaking(judge, 'judge'));
    const answers = await read(STORY.projectId);
    expect(answers.map(answer => [answer.status, shows(answer)])).toEqual([
      [200, true],
      [200, true],
    ]);
    expect(answers.map(({ text }) => text).join()).not.toContain('municipal');
    expect((await accessesOf('judge')).map(({ via }) => via).sort()).toEqual(['GetCaseFile', 'GetResultFile']);
    expect((await asked('judge', { path: `${BASE}/projects/${STORY.projectId}/implementation` })).status).toBe(403);
    expect((await asked('judge', { path: `${BASE}/projects/${STORY.projectId}/score-provenance` })).status).toBe(403);
  });

  it('given a member of the panel who has said nothing of the unit, then nothing', async () => {
    tokens.set('silent', await site.signIn('silent', { role: 'EXPERT', orgId: 'expert-qian' }));
    for (const path of doors(STORY.projectId)) expect((await asked('silent', { path })).status).toBe(404);
  });

  it('given the evaluation is completed, then his reading ends; given it goes on, then it goes on', async () => {
    const evaluation = evaluationStream(PANEL as never);
    const results = [{ projectId: STORY.projectId, uscc: STORY.uscc }];
    await site.append(evaluation, [control('scoring.opened', { panelId: PANEL, projects: results, leftOut: [] })]);
    expect(await statuses()).toEqual([200, 200]);
    await site.append(evaluation, [control('technical-evaluation.completed', { panelId: PANEL })]);
    await isHidden();
    await site.append(evaluation, [control('scoring.reopened', { panelId: PANEL })]);
    expect(await statuses()).toEqual([200, 200]);
  });

  it('given something is asked about him and the unit, then nothing until it is decided; given a recusal, nothing more', async () => {
    await site.append(stream, [control('recusal.requested', pair)]);
    await isHidden();
    await site.append(stream, [control('recusal-request.dismissed', pair)]);
    expect(await statuses()).toEqual([200, 200]);
    await site.append(stream, [control('expert.recused', pair)]);
    await isHidden();
  });
});

const NO_INTEREST = { declaration: 'none', kind: undefined, detail: undefined } as const;

describe('第五条（二） what a third party reads', () => {
  const place = { path: `${BASE}/projects/${STORY.projectId}` };
  const nowhere = { path: `${BASE}/projects/2024-nowhere1` };
  /** What each is entrusted with, and until when. The day is 2024-12-28. */
  const ENTRUSTED = {
    'tpo-comparing': [{ scope: ['RunSimilarityCheck'], lastDay: '2024-12-28' }, 200],
    'tpo-organising': [{ scope: ['OpenApplications', 'CompileProjectPlan'], lastDay: '2024-12-31' }, 404],
    'tpo-former': [{ scope: ['RunSimilarityCheck'], lastDay: '2024-12-27' }, 404],
    'tpo-coming': [{ scope: ['RunSimilarityCheck'], from: '2024-12-29', lastDay: '2025-12-31' }, 404],
  } as const;

  it.each(Object.entries(ENTRUSTED))(
    'given %s, then as far as its scope and term go',
    async (entrustmentId, [terms, status]) => {
      const held: Held = { role: 'TPO', orgId: entrustmentId };
      tokens.set(entrustmentId, await site.signIn(entrustmentId, held));
      await site.append(...undertaking(held, entrustmentId));
      await site.append(entrustmentStream(entrustmentId as never), [
        control('third-party.entrusted', { entrustmentId, ...terms, scope: [...terms.scope] }),
      ]);
      await site.settled();
      const answer = await asked(entrustmentId, place);
      expect(answer.status).toBe(status);
      if (status === 404) expect(timeless(answer)).toBe(timeless(await asked(entrustmentId, nowhere)));
    },
  );

  it('given a former one, then nothing that is not for everybody', async () => {
    // Pages take no token, and ask what is asked here.
    const policies = table.filter(
      ({ method, access, page }) => method === 'GET' && !page && access !== 'public' && admits(access, 'TPO'),
    );
    const words = { ...WORDS, entrustmentId: 'tpo-former' };
    const open = await askAll([...policies], async policy => {
      const { status } = await asked('tpo-former', { path: targetOf(policy, words).path });
      return status === 200 ? [policy.name] : [];
    });
    // Who he is, and what anybody who has signed in may ask of the API itself.
    expect(open.flat().sort()).toEqual(ABOUT_THE_API);
  });

  it('given it is terminated or its scope changes, then at once', async () => {
    const entrustmentId = 'tpo-comparing';
    const entrustment = entrustmentStream(entrustmentId as never);
    const changed = { entrustmentId, scope: ['OpenApplications'], from: '2024-12-28' };
    await site.append(entrustment, [control('entrustment.scope-changed', changed)]);
    await site.settled();
    expect((await asked(entrustmentId, place)).status).toBe(404);
    await site.append(entrustment, [
      control('entrustment.scope-changed', { ...changed, scope: ['RunSimilarityCheck'] }),
    ]);
    await site.settled();
    expect((await asked(entrustmentId, place)).status).toBe(200);
    await site.append(entrustment, [control('entrustment.terminated', { entrustmentId, lastDay: '2024-12-27' })]);
    await site.settled();
    expect((await asked(entrustmentId, place)).status).toBe(404);
  });
});

/** Of the installation, of himself, and what he has said himself. */
const ABOUT_THE_API: readonly string[] = [
  'ListOffers',
  'ListOwnApiKeys',
  'ListOwnDrafts',
  'ListOwnFraudReports',
  'ListOwnSignIns',
  'ListOwnWebhooks',
  'ListSessions',
  'ShowCaller',
];

describe('an uploaded file', () => {
  it('given it is on record nowhere, then it is there for the organisation that has uploaded it, and for nobody else', async () => {
    const unit: Held = { role: 'UNIT', orgId: STORY.uscc };
    tokens.set('uploader', await site.signIn('uploader', unit));
    tokens.set('colleague', await site.signIn('colleague', unit));
    tokens.set('stranger', await site.signIn('stranger', { role: 'UNIT', orgId: '91120116MA05000011' }));
    const sha256 = await storeFile(site.url, '刚上传、未附上的文件', tokens.get('uploader'));
    const statusFor = async (account: string) => (await asked(account, { path: `${BASE}/files/${sha256}` })).status;
    for (const [account, status] of [
      ['uploader', 200],
      ['colleague', 200],
      ['stranger', 404],
      ['rec-bound', 404],
      ['bound', 404],
      ['sup-one', 404],
    ] as const) {
      expect([account, await statusFor(account)]).toEqual([account, status]);
    }
    await site.append('project-later', [
      control(
        'document.attached',
        { sha256 },
        { about: { uscc: STORY.uscc, projectId: STORY.projectId, bodyId: STORY.bodyId } },
      ),
    ]);
    await site.settled();
    expect([await statusFor('rec-bound'), await statusFor('bound'), await statusFor('stranger')]).toEqual([
      200, 200, 404,
    ]);
    expect(await accessesOf('rec-bound')).toEqual(
      expect.arrayContaining([expect.objectContaining({ via: 'ReadFile', objects: [sha256] })]),
    );
  });

  it('given somebody cites what he has not uploaded, then it is opened to nobody by that', async () => {
    const owned = await storeFile(site.url, '他人未附上的文件', tokens.get('uploader'));
    const evidence = [{ sha256: owned, name: '佐证.txt', classification: 'internal' as const }];
    await site.append('case-citing', [control('fraud-suspicion.reported', { evidence }, { evidence })]);
    await site.settled();
    expect((await asked('bound', { path: `${BASE}/files/${owned}` })).status).toBe(404);
    const cited = await storeFile(site.url, '案件证据', tokens.get('bound'));
    const own = [{ sha256: cited, name: '证据.txt', classification: 'internal' as const }];
    await site.append('case-citing', [control('fraud-suspicion.reported', { evidence: own }, { evidence: own })]);
    await site.settled();
    expect((await asked('sup-one', { path: `${BASE}/files/${cited}` })).status).toBe(200);
    expect((await asked('stranger', { path: `${BASE}/files/${cited}` })).status).toBe(404);
  });
});
