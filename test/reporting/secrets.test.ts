/** What few may see, what is personal and what is material never reaches the file that is given to BI tools. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { excellentListProposed, scoreSheetSubmitted } from '../../events/evaluation.ts';
import { expertAdmitted } from '../../events/expert.ts';
import { materialIn } from '../../events/rules/material.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { on, type Projection, projection } from '../../projections/projection.ts';
import { reportTables } from '../../projections/reporting/index.ts';
import { reported } from '../../projections/reporting/reportable.ts';
import type { NewEvent } from '../../services/ports.ts';
import { control, factNames } from '../support/controls.ts';
import { fact, openReporting } from './support.ts';

const SECRET = 'planted-secret';

/** Every text in it replaced. */
function planted(value: unknown): unknown {
  if (typeof value === 'string') return SECRET;
  if (Array.isArray(value)) return value.map(planted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, planted(member)]));
}

/** Sealed values alone replaced, and whose they are. */
function plantedPersons(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plantedPersons);
  if (typeof value !== 'object' || value === null) return value;
  if ('sealed' in value) return planted(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plantedPersons(member)]));
}

/** A fact of every kind, with a secret wherever the declarations say that not everybody may read it. */
function secretLog(): NewEvent[] {
  return factNames.map((name, at) => {
    const event = fact(`fact-${at}`, control(name));
    const { visibility } = event.meta;
    const isHidden = visibility === 'restricted' || visibility === 'case-only' || materialIn(name) !== undefined;
    const actor = { ...event.meta.actor, accountId: SECRET as never, orgId: SECRET };
    const meta = { ...event.meta, actor, reason: SECRET, requestDigest: SECRET };
    return { ...event, meta, data: isHidden ? planted(event.data) : plantedPersons(event.data) };
  });
}

/** What a table tells for which bytes of the file, and of what lies beside it. */
async function bytesOf(
  projections?: readonly Projection[],
): Promise<{ readonly bytes: Buffer; readonly rows: number }> {
  await using reporting = await openReporting(projections && { projections });
  await reporting.append(secretLog());
  const folder = dirname(reporting.path);
  const files = readdirSync(folder).filter(name => name.startsWith(basename(reporting.path)));
  const database = openDatabase(reporting.path, { synchronous: 'NORMAL', readOnly: true });
  const counts = reportTables.map(({ view }) => Number(database.prepare(`SELECT count(*) AS n FROM ${view}`).get()?.n));
  database.close();
  return { bytes: Buffer.concat(files.map(name => readFileSync(join(folder, name)))), rows: Math.min(...counts) };
}

describe('the file for BI tools', () => {
  it('given a secret in every field that is restricted, personal or material, then no byte of it has one', async () => {
    const { bytes, rows } = await bytesOf();
    expect(rows, 'every table has rows').toBeGreaterThan(0);
    expect(bytes.includes(SECRET)).toBe(false);
  });

  it('given a planted table that takes what is hidden, then the scan finds it', async () => {
    const careless = projection({
      name: 'reporting-careless-v1',
      version: 1,
      question: '',
      indexes: [],
      handlers: [
        on(
          [expertAdmitted],
          () => 'one',
          (_row: object | undefined, { data }) => data,
        ),
      ],
    });
    const { bytes } = await bytesOf([...reportTables.map(({ projection: each }) => each), careless as Projection]);
    expect(bytes.includes(SECRET)).toBe(true);
  });

  it.each([[scoreSheetSubmitted], [excellentListProposed], [expertAdmitted]])(
    'given a column that would rest on a kind for few eyes, then it cannot be declared',
    kind => {
      expect(() =>
        reported(
          [kind],
          () => 'key',
          () => ({}),
        ),
      ).toThrow('no table may tell of it');
    },
  );
});
