/** export bundle: events with their proofs as one file, to be verified without this system. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import { type AccountId, accountIdSchema, projectIdSchema } from '../../events/ids.ts';
import { accountMark } from '../../events/rules/persons.ts';
import { readMarksOf } from '../../projections/persons.ts';
import { yearParameter } from '../../projections/query.ts';
import { systemClock } from '../compose/system.ts';
import { readConfig, witnessKeysOf } from '../config.ts';
import { beginBundle, NoCheckpoint } from '../ledger/bundle/bundle.ts';
import { readerFor } from '../ledger/bundle/reader.ts';
import type { BundleScope } from '../ledger/bundle/scope.ts';
import { optionsOf, withReadable } from './opened.ts';

const OPTIONS = z
  .strictObject({
    output: z.string().min(1),
    as: z.enum(['public', 'MSR', 'SUP']),
    year: yearParameter.optional(),
    project: projectIdSchema.optional(),
    person: accountIdSchema.optional(),
  })
  .refine(({ year, project, person }) => [year, project, person].filter(each => each !== undefined).length <= 1, {
    error: 'year、project、person 只能选一个 (only one of the three)',
  })
  .refine(({ person, as }) => person === undefined || as !== 'public', {
    path: ['as'],
    error: '人员证据包只给 MSR 或 SUP (of a person: for MSR or SUP)',
  });

function scopeOf({ year, project, person }: z.infer<typeof OPTIONS>): BundleScope {
  if (year !== undefined) return { kind: 'year', year };
  if (project !== undefined) return { kind: 'project', projectId: project };
  return person === undefined ? { kind: 'log' } : { kind: 'person', accountId: person };
}

/** Whoever runs the installation hands it out: nobody's cases are left out of it as his own. */
function readerAs(role: 'public' | 'MSR' | 'SUP') {
  const caller: Actor | undefined =
    role === 'public' ? undefined : { accountId: 'command-line' as AccountId, orgId: role.toLowerCase(), role };
  return readerFor(caller, new Set());
}

/** Writes the bundle to a file. Throws RangeError for options that it does not take, and before the first checkpoint. */
export async function writeBundle(given: Record<string, string>): Promise<void> {
  const options = optionsOf(OPTIONS, given);
  await withReadable(async ({ events: log, reader, ledger }) => {
    const personOf = (accountId: string) => readMarksOf(reader, accountMark(accountId));
    const asked = { scope: scopeOf(options), reader: readerAs(options.as) };
    const ports = { log, ledger, clock: systemClock, witnessKeys: witnessKeysOf(readConfig(process.env)), personOf };
    const bundle = await beginBundle(asked, ports).catch((error: unknown) => {
      throw error instanceof NoCheckpoint ? new RangeError(NOT_YET) : error;
    });
    await pipeline(Readable.from(bundle), createWriteStream(options.output));
  });
}

const NOT_YET = '台账还没有签署过检查点：先启动服务 (the ledger has no checkpoint yet: start the service first)';
