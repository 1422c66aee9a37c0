/** Opening material is put on record before anything is handed out (art-26). */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import { accessRecorder, Openings } from '../../infra/compose/access.ts';
import { openingReader } from '../../infra/http/opening-reader.ts';
import { Problem } from '../../infra/http/problem.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import { programmes } from '../../projections/programme/programmes.ts';
import { get, jsonOf } from '../../projections/route.ts';
import type { Handle } from '../../services/handle.ts';
import { refuse } from '../../services/rejection.ts';
import { actor, PROJECT, USCC } from '../enforcement/sample.ts';
import { openSite, type SiteOptions } from './support.ts';

const EXPERT = actor('expert.liu', 'expert-liu', 'EXPERT');
const file = { kind: 'file' as const, objects: [{ objectId: 'f'.repeat(64), units: [USCC] }] };

function recorder(outcome: object = { events: [] }) {
  const sent: { name: string; input: unknown; by: Actor; commandId: string }[] = [];
  const handle = (async (command, input, { actor: by, commandId }) => {
    sent.push({ name: command.name, input, by, commandId });
    return outcome;
  }) as Handle;
  const record = accessRecorder(handle);
  const open = (by: Actor) => record({ actor: by, requestId: 'request-1', correlationId: 'c' }, 'ReadFile', [file]);
  return { sent, open };
}

describe('第二十六条 the record of access', () => {
  it('is the system’s, names who opened what of which unit, and is one command a request for each opening', async () => {
    const { sent, open } = recorder();
    await open(EXPERT);
    await open(EXPERT);
    const [first, second] = sent;
    expect(first?.commandId, 'the same opening again').toBe(second?.commandId);
    sent.pop();
    expect(sent).toMatchObject([
      {
        name: 'RecordMaterialAccess',
        input: { accountId: 'expert.liu', role: 'EXPERT', via: 'ReadFile', opened: [file] },
        by: { role: 'SYS' },
        commandId: expect.stringMatching(/^access-request-1-[0-9a-f]{16}$/),
      },
    ]);
  });

  it('is not written of a unit, which opens its own alone', async () => {
    const { sent, open } = recorder();
    await open(actor('haihe.zhang', USCC, 'UNIT'));
    expect(sent).toEqual([]);
  });

  it('given it is refused, then nothing is opened', async () => {
    const { open } = recorder(refuse('art-26', 'undertaking-not-signed', '未签署', 'Not signed', 'forbidden'));
    await expect(open(EXPERT)).rejects.toThrow(Problem);
  });
});

describe('what has been opened', () => {
  it('is each object once, of those that the answer names', () => {
    const openings = new Openings();
    openings.add('case-file', { projectId: '2024-one' });
    openings.add('case-file', { projectId: '2024-one', uscc: USCC });
    openings.add('case-file', { projectId: '2024-o', uscc: USCC });
    openings.add('score', { projectId: '2024-two' });
    expect(openings.take('{"projectId":"2024-one"}')).toEqual([
      { kind: 'case-file', objects: [{ objectId: '2024-one', units: [USCC] }] },
    ]);
    expect(openings.take()).toEqual([]);
  });
});

/** A read side with one case file. */
const row = JSON.stringify({ projectId: PROJECT, uscc: USCC, content: { qualityProblem: '砂眼' } });
const reader = {
  now: '2024-03-20T02:00:00.000Z',
  get: async () => row,
  find: async () => ({ rows: [row] }),
  count: async () => 1,
} as never;

const shared = { title: '档案', summary: 'A case file.', allow: ['MSR'] as const, input: z.strictObject({}) };
const forgetful = get({
  ...shared,
  path: '/shown',
  name: 'ShowAll',
  output: z.unknown(),
  paged: false,
  answer: async (_input, _caller, from) =>
    jsonOf({ items: (await from.find(caseFiles, { limit: 1 })).rows.map(text => JSON.parse(text)) }),
});
const discreet = get({
  ...shared,
  path: '/counted',
  name: 'CountAll',
  output: z.unknown(),
  paged: false,
  withholds: { [caseFiles.name]: '只有编号 (ids alone)' },
  answer: async (_input, _caller, from) =>
    jsonOf({ id: JSON.parse((await from.get(caseFiles, PROJECT)) ?? '{}').projectId }),
});
const streamed = get({
  ...shared,
  path: '/streamed',
  name: 'StreamAll',
  output: z.unknown(),
  paged: false,
  answer: async (_input, _caller, from) => ({
    kind: 'stream',
    mediaType: 'text/csv; charset=utf-8',
    filename: 'all.csv',
    chunks: (async function* () {
      yield (await from.get(caseFiles, PROJECT)) ?? '';
    })(),
  }),
});

describe('a query that reads material', () => {
  const asked = async (path: string, options: SiteOptions = {}) => {
    const recorded: unknown[] = [];
    const recordAccess: SiteOptions['recordAccess'] = async (_request, via, opened) => {
      recorded.push([via, opened]);
    };
    const site = await openSite({ queries: [forgetful, discreet, streamed], reader, recordAccess, ...options });
    try {
      const answer = await site.call('GET', `/api/v1${path}`, { token: await site.signIn('msr.chen') });
      return { recorded, status: answer.status, text: await answer.text() };
    } finally {
      await site.close();
    }
  };
  const opened = [{ kind: 'case-file', objects: [{ objectId: PROJECT, units: [USCC] }] }];

  it.each([
    ['of pages', '/shown', 'ShowAll'],
    ['of a stream', '/streamed', 'StreamAll'],
  ])(
    'given it says nothing of material itself, then an answer %s is on record all the same',
    async (_what, path, name) => {
      const { recorded, text } = await asked(path);
      expect(recorded).toEqual([[name, opened]]);
      expect(text).toContain('砂眼');
    },
  );

  it.each(['/shown', '/streamed'])('given the undertaking is missing, then %s hands out nothing', async path => {
    const recordAccess = () => Promise.reject(new Problem(403, 'undertaking-not-signed', '未签署', 'Not signed'));
    const { status, text } = await asked(path, { recordAccess });
    expect([status, text.includes('砂眼')]).toEqual([403, false]);
  });

  it('given it declares that it withholds the material, then there is no record', async () => {
    expect(await asked('/counted')).toMatchObject({ status: 200, recorded: [] });
  });

  it('given it is public, then it fails rather than show material to nobody in particular', async () => {
    const site = await openSite({ queries: [{ ...forgetful, allow: 'public' }], reader });
    expect((await site.call('GET', '/api/v1/shown')).status).toBe(500);
    await site.close();
  });

  it('given rows without material, then nothing is noted', async () => {
    const { reader: watched, openings } = openingReader(reader, {});
    await watched.get(programmes, '2024');
    expect(openings.take()).toEqual([]);
  });
});
