import { describe, expect, it } from 'vitest';
import type { Actor, RecordedEvent } from '../../../events/envelope.ts';
import type { AccountId } from '../../../events/ids.ts';
import { accountMark, type PersonMark } from '../../../events/rules/persons.ts';
import { eventLines, type LinePorts, type LinesAsked } from '../../../infra/ledger/bundle/lines.ts';
import { readerFor } from '../../../infra/ledger/bundle/reader.ts';
import { type Line, linesOf, logOver, rootBy, rootOf, sha256 } from '../../support/bundle.ts';
import { control } from '../../support/controls.ts';
import { MSR, recorded } from '../../support/given.ts';
import { MemoryLedger } from '../../support/ledger.ts';

const NOBODY: ReadonlySet<PersonMark> = new Set();
const SUP: Actor = { accountId: 'sup.li' as AccountId, orgId: 'sup', role: 'SUP' };
const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: '91350100M000100Y43', role: 'UNIT' };

const projectId = '2024-7k3m9qwz';
const aboutProject = { about: { projectId, year: 2024 } };
const caseAbout = (accountId: string) => ({ ...control('misconduct.reported'), about: { accountId } });

const DRAFTS = [
  control('programme-rule.issued'),
  { ...control('application.submitted'), ...aboutProject },
  { ...control('score-sheet.submitted'), ...aboutProject },
  caseAbout('expert.qian'),
  caseAbout(SUP.accountId),
  { ...control('project.listed'), ...aboutProject },
  control('commendation.issued'),
  control('organising-work.recorded'),
] as const;
const [RULE, SUBMITTED, SHEET, CASE, OWN_CASE, LISTED, COMMENDED] = DRAFTS.map((_, index) => index) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const EVENTS: readonly RecordedEvent[] = DRAFTS.map((draft, index) =>
  recorded({ draft, actor: index % 2 === 0 ? MSR : UNIT }, index),
);

const read = async (caller: Actor | undefined, asked: Partial<LinesAsked> = {}, ports: Partial<LinePorts> = {}) => {
  const ledger = ports.ledger ?? new MemoryLedger(EVENTS);
  const reader = readerFor(caller, new Set(caller && [caller.accountId]));
  const all = { scope: { kind: 'log' }, reader, person: NOBODY, size: EVENTS.length, ...asked } as const;
  let text = '';
  for await (const piece of eventLines(all, { log: logOver(EVENTS), ...ports, ledger })) text += piece;
  return { text, lines: linesOf(text), root: Buffer.from(await ledger.root(all.size)) };
};

const partsOf = (line: Line) => Object.keys(line).filter(name => !['index', 'entry', 'proof'].includes(name));
const NOTHING: string[] = [];
const RECORD = ['position', 'record'];
const ALL = ['position', 'record', 'data', 'dataSalt', 'revision', 'meta', 'metaSalt'];

describe('what the reader of a bundle is told', () => {
  it('given anybody, then of a public event the record and what the public feed tells whole, of all others the entry', async () => {
    for (const caller of [undefined, UNIT]) {
      const { lines } = await read(caller);
      expect(lines.map(partsOf)).toEqual([
        ['record', 'data', 'dataSalt'],
        NOTHING,
        NOTHING,
        NOTHING,
        NOTHING,
        ['record', 'data', 'dataSalt'],
        // It names a person, under seal.
        ['record'],
        NOTHING,
      ]);
    }
  });

  it('given the authority, then the texts of what it sees, and that a restricted act was done', async () => {
    const { lines } = await read(MSR);
    expect(lines.map(partsOf)).toEqual([ALL, ALL, RECORD, NOTHING, NOTHING, ALL, ALL, ALL]);
  });

  it('given the supervising body, then all but a case about the one who asks', async () => {
    const { lines } = await read(SUP);
    expect(lines.map(partsOf)).toEqual([ALL, ALL, ALL, ALL, NOTHING, ALL, ALL, ALL]);
  });

  it('given an event that cannot be read, then those who oversee get its record alone, and nobody else anything', async () => {
    const broken = EVENTS.map((event, index) =>
      index === RULE ? { ...event, fault: { of: 'data', reason: 'title is missing' } as const } : event,
    );
    const lost = EVENTS.map((event, index) =>
      index === RULE ? { ...event, fault: { of: 'meta', reason: 'no JSON' } as const } : event,
    );
    const first = async (caller: Actor | undefined, events: readonly RecordedEvent[]) =>
      partsOf((await read(caller, {}, { log: logOver(events) })).lines[0] as Line);
    expect(await first(SUP, broken)).toEqual(['position', 'record', 'revision', 'meta', 'metaSalt']);
    expect(await first(SUP, lost)).toEqual(RECORD);
    expect(await first(MSR, lost)).toEqual(NOTHING);
    expect(await first(undefined, broken)).toEqual(NOTHING);
  });

  it('given a text of an event, then it is the stored one, and its commitment stands in the record that makes the entry', async () => {
    const { lines, root } = await read(SUP);
    for (const { index, entry, record, data, dataSalt, revision, meta, metaSalt } of lines) {
      if (record === undefined || data === undefined || meta === undefined) continue;
      const event = EVENTS[index] as RecordedEvent;
      expect([data, meta, revision]).toEqual([event.dataText, event.metaText, event.revision]);
      const salt = (encoded: string | undefined) => Buffer.from(encoded as string, 'hex');
      const [, id, , , ofData, ofMeta, type] = record.split('\n');
      expect([id, type]).toEqual([event.id, event.type]);
      expect(sha256(Buffer.of(2), salt(dataSalt), data).toString('hex')).toBe(ofData);
      expect(sha256(Buffer.of(3), salt(metaSalt), `${revision}\n${meta}`).toString('hex')).toBe(ofMeta);
      expect(sha256(record).toString('hex')).toBe(entry);
    }
    expect(rootOf(lines.map(({ entry }) => Buffer.from(entry, 'hex')))).toEqual(root);
  });

  it('given a hidden event with another content, then the bundle differs in hashes alone', async () => {
    const masked = (text: string) => text.replaceAll(/[0-9a-f]{64}/g, 'hash');
    const others = EVENTS.map(event =>
      event.meta.visibility === 'public' ? event : { ...event, dataText: `{"detail":"${'长'.repeat(500)}"}` },
    );
    const here = await read(undefined);
    const there = await read(undefined, {}, { log: logOver(others), ledger: new MemoryLedger(others) });
    expect(there.text).not.toBe(here.text);
    expect(masked(there.text)).toBe(masked(here.text));
  });
});

describe('the scope of a bundle', () => {
  const within = async (caller: Actor | undefined, scope: LinesAsked['scope'], person: readonly PersonMark[] = []) => {
    const { lines, root } = await read(caller, { scope, person: new Set(person) });
    for (const line of lines) expect(rootBy(line, EVENTS.length)).toEqual(root);
    return lines.map(({ index }) => index);
  };

  it('given a project, then what is about it and may be known, each with the proof that it is in the checkpoint', async () => {
    expect(await within(SUP, { kind: 'project', projectId })).toEqual([SUBMITTED, SHEET, LISTED]);
    expect(await within(MSR, { kind: 'project', projectId })).toEqual([SUBMITTED, SHEET, LISTED]);
    expect(await within(undefined, { kind: 'project', projectId })).toEqual([LISTED]);
    expect(await within(undefined, { kind: 'project', projectId: '2024-nothing1' })).toEqual([]);
  });

  it('given a year, then the acts of the year, and to the public the public ones', async () => {
    expect(await within(SUP, { kind: 'year', year: 2024 })).toContain(SHEET);
    expect(await within(SUP, { kind: 'year', year: 2024 })).not.toContain(OWN_CASE);
    expect(await within(undefined, { kind: 'year', year: 2024 })).toEqual([RULE, LISTED, COMMENDED]);
    expect(await within(undefined, { kind: 'year', year: 2031 })).toEqual([]);
  });

  it('given a person, then what he did with any of his accounts and what is about him', async () => {
    const person = { kind: 'person', accountId: MSR.accountId } as const;
    expect(await within(SUP, person, [accountMark(MSR.accountId)])).toEqual([RULE, SHEET, COMMENDED]);
    expect(await within(SUP, person, [accountMark('expert.qian'), accountMark(MSR.accountId)])).toEqual([
      RULE,
      SHEET,
      CASE,
      COMMENDED,
    ]);
    expect(await within(MSR, person, [accountMark('expert.qian')])).toEqual([]);
  });

  it('given a day on which a public act took effect in another year, then the public is not told by its year', async () => {
    const late = recorded(control('programme-rule.issued'));
    const meta = { ...late.meta, effectiveAt: '2023-12-30T00:00:00.000Z' };
    const events = [{ ...late, meta, metaText: JSON.stringify(meta) }];
    const ports = { log: logOver(events), ledger: new MemoryLedger(events) };
    const of = async (caller: Actor | undefined, year: number) =>
      (await read(caller, { scope: { kind: 'year', year }, size: 1 }, ports)).lines.length;
    expect(await of(undefined, 2023)).toBe(0);
    expect(await of(undefined, 2024)).toBe(1);
    expect(await of(SUP, 2023)).toBe(1);
  });
});

describe('reading for a bundle', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => recorded(control('programme-rule.issued'), index));
  const asked = { scope: { kind: 'log' }, reader: undefined, person: NOBODY, size: 990 } as const;

  it('given a long log, when its reader takes one piece, then no more than one page has been read', async () => {
    const log = logOver(many);
    const pieces = eventLines(asked, { log, ledger: new MemoryLedger(many) })[Symbol.asyncIterator]();
    for (const pages of [1, 2, 3]) {
      await pieces.next();
      expect(log.asked).toHaveLength(pages);
    }
    expect(Math.max(...log.asked)).toBeLessThanOrEqual(100);
  });

  it('given events after the checkpoint, then they are left out', async () => {
    const { lines } = await read(undefined, asked, { log: logOver(many), ledger: new MemoryLedger(many) });
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: 990 }, (_, index) => index));
  });

  it('given a log that ends before the checkpoint, then so do the lines: nothing stands in for what is gone', async () => {
    const cut = logOver(many.slice(0, 500));
    const { lines } = await read(undefined, asked, { log: cut, ledger: new MemoryLedger(many) });
    expect(lines).toHaveLength(500);
  });

  it('given an event that was changed in the log, then its line bears the entry that the ledger has', async () => {
    const changed = many.map((event, index) => (index === 7 ? { ...event, dataText: '{}' } : event));
    const { lines } = await read(SUP, asked, { log: logOver(changed), ledger: new MemoryLedger(many) });
    const bad = lines.filter(({ record, entry }) => sha256(record as string).toString('hex') !== entry);
    expect(bad.map(({ index }) => index)).toEqual([7]);
  });

  const EVERY_250TH = { ...control('application.submitted'), ...aboutProject };

  it('given material, then it is on record before it is handed out, page by page, and for the public nothing is', async () => {
    const sheets = many.map((event, index) => (index % 250 === 0 ? recorded(EVERY_250TH, index) : event));
    const steps: string[] = [];
    const open: LinePorts['open'] = async opened => {
      steps.push(...opened.map(({ kind, objects }) => `${kind} ${objects.map(({ objectId }) => objectId).join()}`));
    };
    const ports = { log: logOver(sheets), ledger: new MemoryLedger(sheets), open };
    const run = async (caller: Actor | undefined) => {
      const reader = readerFor(caller, new Set());
      for await (const piece of eventLines({ ...asked, reader }, ports)) {
        if (linesOf(piece).some(({ data }) => data?.includes(projectId))) steps.push('handed out');
      }
    };
    await run(undefined);
    expect(steps).toEqual([]);
    await run(MSR);
    expect(steps).toEqual(Array.from({ length: 4 }, () => [`case-file ${projectId}`, 'handed out']).flat());
  });
});
