/** What a report reads of the log: nothing that it wants is left out, and names come from where they were given. */
import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { START } from '../../events/ids.ts';
import { answerReport, reportNumbered } from '../../projections/report/answer.ts';
import { reports } from '../../projections/report/index.ts';
import type { AnyReport } from '../../projections/report/report.ts';
import { viewAt } from '../../projections/report/valid-time.ts';
import { told } from '../support/fold.ts';
import { ask, PEOPLE, PROJECT, portsOf, story, UNIT, YEAR } from './support.ts';

const PARAMETERS = { year: YEAR, project: PROJECT, unit: UNIT, on: '2024-12-31' };

function parametersOf({ parameters }: AnyReport): object {
  return Object.fromEntries(Object.entries(PARAMETERS).filter(([name]) => Object.hasOwn(parameters.shape, name)));
}

function begun(report: AnyReport) {
  const { day: _day, ...view } = viewAt(undefined);
  const circumstances = { upTo: START, ...view, readModels: [], quarantine: [], ledger: undefined };
  return report.begin(parametersOf(report), circumstances);
}

const typed = reports.filter(report => begun(report).types);

describe('a report that tells which types of events it wants', () => {
  it('then it is not passed by others, and there are seven of them', () => {
    expect(typed.filter(report => begun(report).pass).map(({ number }) => number)).toEqual([]);
    expect(typed).toHaveLength(7);
  });

  it.each(typed)('$number $title: then it wants all of these, and of no other', report => {
    const { wants, types } = begun(report);
    for (const { type } of eventTypes)
      expect([type, wants({ type } as RecordedEvent)]).toEqual([type, types?.has(type)]);
  });

  it.each(typed)('$number $title: then it answers as if it had read the whole log', async report => {
    const log = story(
      PEOPLE,
      told('unit.registered', { uscc: UNIT, name: '海河精密机械有限公司' } as never),
      told('application.started', { projectId: PROJECT, uscc: UNIT } as never),
      told('project.listed', { projectId: PROJECT, uscc: UNIT, year: YEAR } as never),
      told('title.reserved'),
    );
    const { asOf: _upTo, ...found } = await ask(report.number, parametersOf(report), log);
    const { asOf: _all, ...whole } = await ask(report.number, parametersOf(report), log, { asOf: String(log.length) });
    expect(found).toEqual(whole);
  });
});

describe('a log in which nothing is of a type that a report wants', () => {
  it('then no event of another type is read', async () => {
    const read: string[] = [];
    const log = story(PEOPLE, told('title.reserved'), told('undertaking.signed'));
    const ports = portsOf(log);
    const watched = {
      ...ports.log,
      readAll: () => Promise.reject(new Error('reads all')),
      readTypes: async (...asked: Parameters<typeof ports.log.readTypes>) => {
        const page = await ports.log.readTypes(...asked);
        read.push(...page.events.map(({ type }) => type));
        return page;
      },
    };

    await answerReport(
      reportNumbered(12) as AnyReport,
      { parameters: { year: YEAR } },
      { role: 'SUP' },
      { ...ports, log: watched },
    );
    expect([...new Set(read)]).toEqual(['account.registered']);
  });
});
