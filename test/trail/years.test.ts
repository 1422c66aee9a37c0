/** To which programme year an act belongs: the trail finds cases of fraud under the year of what they are about. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { yearOf, yearsOf } from '../../events/rules/years.ts';
import { trailNames } from '../../projections/names.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import type { AnyCommand } from '../../services/command.ts';
import { fraudCase } from '../../services/enforcement/case.ts';
import * as decision from '../../services/enforcement/decision.ts';
import * as investigation from '../../services/enforcement/investigation.ts';
import { isRejection } from '../../services/rejection.ts';
import { established, type open, PROJECT, reported, send, USCC, viewOf } from '../enforcement/sample.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, type Told, told } from '../support/fold.ts';

const SUPERVISOR = { accountId: 'sup.li', role: 'SUP', orgId: 'sup' } as never;
const { uscc } = samples['fraud-case.opened'];

/** Kinds of the acts found, oldest first. */
async function found(story: readonly Told[], filter: object): Promise<string[]> {
  const reader = readerOf([trailEntries, trailNames], { events: logOf(story) });
  const { items } = (await ask(queries, 'ReadTrail', { order: 'asc', ...filter }, SUPERVISOR, reader)) as {
    items: { type: string }[];
  };
  return items.map(({ type }) => type);
}

describe('第二十五条 the trail of a year', () => {
  /** As cases were recorded before they bore a year. */
  const [projectId] = samples['fraud-case.opened'].projectIds as unknown as [string];
  const later = (name: Told['name'], about: object = { uscc }) =>
    told(name, {}, { about: about as never, at: '2025-01-15T02:00:00.000Z' });
  const old = [
    told('fraud-suspicion.reported', {}, { about: { uscc } as never, at: '2024-12-20T02:00:00.000Z' }),
    later('fraud-case.opened'),
    later('fraud-evidence.recorded', { uscc, projectId }),
    later('fraud-decision.taken'),
  ];

  it('given a case recorded before cases bore a year, then it is found under the year of its projects and results', async () => {
    expect(await found(old, { article: 'art-25', year: 2024 })).toEqual(old.map(({ name }) => name));
    const ofResults = samples['fraud-decision.taken'].revoked.map(({ year }) => year);
    for (const year of ofResults) expect(await found(old, { year })).toContain('fraud-decision.taken');
  });

  it('given a case that bears its year, then it is found under it, whenever the act took place', async () => {
    const now = old.map(each => ({ ...each, about: { uscc, year: 2023 } as never, at: '2025-01-15T02:00:00.000Z' }));
    expect(await found(now, { article: 'art-25', year: 2023 })).toEqual(old.map(({ name }) => name));
    expect(await found(now, { article: 'art-25', year: 2025 })).toEqual([]);
  });

  it('given an act that names no year, then the calendar year in which it took effect is its own, in Tianjin', async () => {
    const newYear = told('organising-work.recorded', {}, { at: '2024-12-31T16:30:00.000Z' });
    expect(await found([newYear], { year: 2025 })).toEqual(['organising-work.recorded']);
  });

  it('given an event of a kind that nobody knows, then its data is not read', () => {
    const [event] = logOf([told('organising-work.recorded')]) as [RecordedEvent];
    const unknown = { ...event, type: 'something.new', data: { projectIds: 7 } };
    expect([yearsOf(unknown), yearOf(unknown)]).toEqual([[2024], 2024]);
  });
});

describe('第二十五条 every act on a case bears its programme year', () => {
  const given = { now: '2025-02-10T02:00:00.000Z' } as never;
  const year = (command: AnyCommand, past: typeof open, input: object) =>
    command.about(viewOf(fraudCase, past), input as never, given).year;

  it('a suspicion bears the year that runs, the case that is opened on it that of its latest project', () => {
    expect(year(investigation.reportSuspectedFraud, [], { uscc: USCC })).toBe(2025);
    const drafts = send(investigation.openFraudCase, reported, {
      projectIds: [PROJECT],
      resultIds: [],
      grounds: '线索具体',
    });
    if (isRejection(drafts)) throw new Error(drafts.en);
    expect(drafts.map(({ about }) => about?.year)).toEqual([2024]);
  });

  it.each<AnyCommand>([
    investigation.recordFraudEvidence,
    investigation.notifyUnit,
    investigation.recordUnitStatement,
    investigation.dismissFraudCase,
    decision.establishFraud,
    decision.revokeRecognition,
    decision.stopFraudulentProjects,
    decision.overturnRevocation,
  ])('$name', command => {
    expect(year(command, established, {})).toBe(2024);
  });
});
