import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { accountIdSchema, actionIdSchema, resultIdSchema } from '../../events/ids.ts';
import {
  coordinationActionRecorded,
  earlierResultRecorded,
  exemplarDesignated,
  exemplarWithdrawn,
} from '../../events/recognition.ts';
import { excellentResults } from '../../services/excellent-results.ts';
import * as commands from '../../services/recognition/commands.ts';
import { control } from '../support/controls.ts';
import { decide, factsOf, recorded, refusalOf } from '../support/given.ts';

const resultId = resultIdSchema.parse('2022-017');
const result = {
  resultId,
  year: 2022,
  title: '降低轮毂轴承异响率',
  unitName: '天津某汽车零部件有限公司',
  problem: '异响率高于行业平均水平',
  methods: ['PDCA', 'FMEA'],
  results: '异响率由1.2%降至0.3%',
  source: { document: '2022年度优秀质量攻关成果名单' },
};
const resultsAfter = (...past: DecidedEvent[]) =>
  (past.map(recorded) as never[]).reduce(excellentResults.evolve, excellentResults.initial);
const authority: Actor = { accountId: accountIdSchema.parse('zhao.lei'), orgId: 'industry-bureau', role: 'REC-I' };

describe('第八条（三） 历年优秀成果', () => {
  it('when a result of an earlier year is recorded, then it is in the corpus; its id again is refused', () => {
    const past = [earlierResultRecorded.of(result)];
    const known = { recognisedHere: new Set() };
    expect(factsOf(decide(commands.recordEarlierExcellentResult, { input: result, known }))).toEqual([
      { type: 'excellent-result.earlier-recorded', data: result },
    ]);
    expect(refusalOf(decide(commands.recordEarlierExcellentResult, { past, input: result, known }))).toMatchObject({
      code: 'result-exists',
      rule: { houseRule: 'earlier-results' },
    });
  });

  it('given a result was recognised here under the id, when one of an earlier year takes it, then it is refused', () => {
    const known = { recognisedHere: new Set([resultId]) };
    expect(refusalOf(decide(commands.recordEarlierExcellentResult, { input: result, known })).code).toBe(
      'result-exists',
    );
  });

  it('when the result is of this year by the Shanghai calendar, then it is refused', () => {
    const input = { ...result, year: 2024 };
    const known = { recognisedHere: new Set() };
    const at = (now: string) => decide(commands.recordEarlierExcellentResult, { input, now, known });
    expect(refusalOf(at('2024-12-31T15:59:59.999Z')).code).toBe('not-earlier-year');
    expect(factsOf(at('2024-12-31T16:00:00.000Z'))).toHaveLength(1);
  });
});

describe('第七条 协同配合', () => {
  const input = {
    actionId: actionIdSchema.parse('a-01'),
    title: '质量月联合宣传',
    detail: '联合举办成果交流',
    parties: [
      { role: 'MSR' as const, name: '市市场监管委' },
      { role: 'REC-I' as const, name: '市工业和信息化局' },
    ],
    heldOn: '2024-03-18',
  };
  const record = (change: object = {}, past: DecidedEvent[] = [], actor?: Actor) =>
    decide(commands.recordCoordinationAction, { past, input: { ...input, ...change }, ...(actor && { actor }) });

  it('when either party records it, then it is recorded', () => {
    expect(factsOf(record())).toEqual([{ type: 'coordination-action.recorded', data: input }]);
    expect(factsOf(record({}, [], authority))).toHaveLength(1);
  });

  it('D-43 district bureaus are not among the parties that 第七条 names', () => {
    expect(commands.recordCoordinationAction.allow).toEqual(['MSR', 'REC-I', 'REC-A']);
    const parties = [...input.parties, { role: 'REC-D', name: '和平区市场监管局' }];
    expect(commands.recordCoordinationAction.input.safeParse({ ...input, parties }).success).toBe(false);
  });

  const [msr, industry] = input.parties;
  it.each([
    ['parties-not-different', { parties: [msr, msr] }],
    ['not-a-party', { parties: [industry, { role: 'REC-A', name: '市质量协会' }] }],
  ])('when %s, then it is refused under 第七条', (code, change) => {
    expect(refusalOf(record(change))).toMatchObject({ code, rule: { article: 'art-07' } });
  });

  it('when it is dated tomorrow, or its id is taken, then it is refused', () => {
    expect(refusalOf(record({ heldOn: '2024-03-21' })).code).toBe('date-in-future');
    expect(refusalOf(record({}, [coordinationActionRecorded.of(input)])).code).toBe('action-exists');
  });
});

describe('第七条 选树典型', () => {
  const input = { resultId, field: '汽车及新能源汽车', grounds: '可复制、效益显著' };
  const { title, unitName } = result;
  const designated = exemplarDesignated.of({ ...input, title, unitName });
  const withdrawn = exemplarWithdrawn.of({ resultId, reason: '成果已不再领先' });
  const results = resultsAfter(earlierResultRecorded.of(result));
  const designate = (past: DecidedEvent[] = [], known = { results }) =>
    decide(commands.designateExemplar, { past, input, known });

  it('given an excellent result, when it is designated, then title and unit are those of the result', () => {
    expect(factsOf(designate())).toEqual([{ type: 'exemplar.designated', data: designated.data }]);
  });

  it('given no such excellent result, when it is designated, then it is refused', () => {
    expect(refusalOf(designate([], { results: excellentResults.initial }))).toMatchObject({
      code: 'result-not-excellent',
      rule: { article: 'art-07' },
    });
  });

  it('given a result recognised here, when it is designated, then it is an exemplar like an earlier one', () => {
    const recognised = control('excellent-result.recognised', { resultId });
    expect(factsOf(designate([], { results: resultsAfter(recognised) }))).toHaveLength(1);
  });

  it('given its recognition was revoked, when it is designated, then it is refused until that is overturned', () => {
    const revoked = [
      earlierResultRecorded.of(result),
      control('fraud-decision.taken', { revoked: [{ resultId, title, year: 2022 }] }),
    ];
    expect(refusalOf(designate([], { results: resultsAfter(...revoked) }))).toMatchObject({
      code: 'result-revoked',
      rule: { article: 'art-07' },
    });
    const overturned = resultsAfter(...revoked, control('revocation.overturned'));
    expect(factsOf(designate([], { results: overturned }))).toHaveLength(1);
  });

  it('given it is an exemplar, when it is designated again, then it is refused until it is withdrawn', () => {
    expect(refusalOf(designate([designated])).code).toBe('already-exemplar');
    expect(factsOf(designate([designated, withdrawn]))).toHaveLength(1);
  });

  it('when an exemplar is withdrawn, then it is recorded; again is refused', () => {
    const withdraw = (past: DecidedEvent[]) =>
      decide(commands.withdrawExemplar, { past, input: { resultId, reason: '成果已不再领先' } });
    expect(factsOf(withdraw([designated]))).toEqual([{ type: 'exemplar.withdrawn', data: withdrawn.data }]);
    expect(refusalOf(withdraw([designated, withdrawn])).code).toBe('not-exemplar');
  });
});
