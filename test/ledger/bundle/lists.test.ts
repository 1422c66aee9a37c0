/** The published lists of a bundle, and the verifier that makes them anew, wherever the log is kept by now. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../events/canonical.ts';
import type { RecordedEvent } from '../../../events/envelope.ts';
import { PublishedLists } from '../../../infra/ledger/bundle/lists.ts';
import { ListBook } from '../../../infra/ledger/verify/lists.js';
import { Findings } from '../../../infra/ledger/verify/verdict.js';
import { PROJECT, story } from '../../report/support.ts';
import { told } from '../../support/fold.ts';

const entry = { projectId: PROJECT, title: '题目', unitName: '单位', bodyName: '机构' };
const later = { ...entry, projectId: '2024-0aaa1bbb' };
/** Listed, published as of that, then another listed and not published. */
const events = story(
  told('organising-work.recorded'),
  told('project.listed', entry as never),
  told('project.listed', later as never),
  told('project-plan.published', {
    position: '2',
    projects: [PROJECT],
    count: 1,
    listHash: hash('sha256', canonicalJson([entry])),
  } as never),
);
/** As on a server: positions are far apart, and what events hold was written before the move. */
const moved = events.map(event => ({
  ...event,
  position: `${Number(event.position) * 1_000}` as RecordedEvent['position'],
}));

function listsOf(
  log: readonly RecordedEvent[],
  scope: Parameters<PublishedLists['within']>[0] = { kind: 'log' },
  oversees = true,
) {
  const lists = new PublishedLists();
  for (const event of log) lists.take(event);
  return lists.within(scope, { oversees });
}

/** What the verifier finds wrong with lists beside a log, or with the log's own. */
function judged(log: readonly RecordedEvent[], lists?: readonly object[]): readonly string[] {
  const findings = new Findings();
  const book = new ListBook(findings);
  log.forEach(({ position, type, dataText }, index) => {
    book.take({ index, position, record: { type }, data: dataText } as never);
  });
  if (lists) book.judge(lists, true);
  else book.judgeOwn();
  return findings.verdict().violations.map(({ zh }) => zh);
}

describe('lists.json', () => {
  it('tells each list as it was published, with the index of the last event that it rests on', () => {
    for (const log of [events, moved]) {
      expect(listsOf(log)).toMatchObject([
        { label: '项目计划', year: 2024, projectionVersion: 1, index: 1, position: '2', list: [entry] },
      ]);
    }
  });

  it('given a list that its hash is not of, then those who oversee are told, and nobody else', () => {
    expect(listsOf(events, { kind: 'log' }, false)).toHaveLength(1);
    const altered = events.map(event =>
      event.type === 'project-plan.published'
        ? { ...event, data: { ...(event.data as object), listHash: '0'.repeat(64) } }
        : event,
    );
    expect(listsOf(altered)).toHaveLength(1);
    expect(listsOf(altered, { kind: 'log' }, false)).toEqual([]);
  });

  it('of a year, a project or a person holds what is theirs', () => {
    expect(listsOf(events, { kind: 'year', year: 2024 })).toHaveLength(1);
    expect(listsOf(events, { kind: 'year', year: 2025 })).toEqual([]);
    expect(listsOf(events, { kind: 'project', projectId: PROJECT })).toHaveLength(1);
    expect(listsOf(events, { kind: 'project', projectId: later.projectId })).toEqual([]);
    expect(listsOf(events, { kind: 'person', accountId: 'msr.chen' })).toEqual([]);
  });

  it('is borne out by the events, where they were recorded and where they were moved to', () => {
    for (const log of [events, moved]) expect(judged(log, listsOf(log))).toEqual([]);
  });

  it('given a list that holds what came later, then it is found in both', () => {
    for (const log of [events, moved]) {
      const [list] = listsOf(log) as [object];
      expect(judged(log, [{ ...list, list: [entry, later] }])).not.toEqual([]);
    }
  });

  it('made anew from the log alone, has the hash that was published, also where the log was moved to', () => {
    for (const log of [events, moved]) expect(judged(log)).toEqual([]);
    const altered = moved.map(event => ({ ...event, dataText: event.dataText.replace('"单位"', '"另一单位"') }));
    expect(judged(altered)).toHaveLength(1);
  });
});
