/** The names a trail sentence is filled with: people (sealed), bodies, units and projects, by key. */

import { z } from 'zod';
import { accountChangeProposed, accountHolderRenamed, accountRegistered, roleGranted } from '../events/account.ts';
import { applicationStarted } from '../events/application.ts';
import { recommendingBodyRegistered, recommendingBodyRenamed } from '../events/body.ts';
import { expertAdmitted, expertRenamed } from '../events/expert.ts';
import { type Sealed, sealedSchema } from '../events/personal.ts';
import { heldOn, withFormer } from '../events/rules/particulars.ts';
import { type CivilDate, dateSchema } from '../events/time.ts';
import { traineeEnrolled } from '../events/training.ts';
import { unitRegistered, unitRenamed } from '../events/unit.ts';
import type { Reader } from './ports.ts';
import { on, projection } from './projection.ts';
import { ERASED } from './query.ts';

const nameRowSchema = z.strictObject({
  name: z.string().optional(),
  /** What it was called before, oldest first, each with its last day. */
  former: z.array(z.strictObject({ name: z.string(), lastDay: dateSchema })).optional(),
  sealed: sealedSchema.optional(),
  formerSealed: z.array(z.strictObject({ sealed: sealedSchema, lastDay: dateSchema })).optional(),
  /** Organisation names an account has acted for, by organisation id. */
  organisations: z.record(z.string(), z.string()).optional(),
});
type NameRow = z.infer<typeof nameRowSchema>;

/** What has a name here. */
export const NAMED = ['account', 'body', 'unit', 'expert', 'project', 'trainee'] as const;
export type NamedKind = (typeof NAMED)[number];

/** The key of a name. */
export const nameKey = (kind: NamedKind, id: string) => `${kind}:${id}`;

const sealedKey = ({ subject, sealed }: Sealed) => `sealed:${subject}/${sealed}`;

export const trailNames = projection<NameRow>({
  name: 'trail-names',
  version: 6,
  question: '轨迹句子中的人员、单位与项目如何称呼 (how people, organisations and projects are named in the trail)',
  indexes: [],
  handlers: [
    on(
      [accountRegistered],
      event => nameKey('account', event.data.accountId),
      (_row, { data }) => ({ sealed: data.name, organisations: { [data.grant.orgId]: data.grant.orgName } }),
    ),
    on(
      [accountHolderRenamed],
      event => nameKey('account', event.data.accountId),
      (row, { data }) => renamedPerson(row, data),
    ),
    on(
      [accountChangeProposed],
      ({ data }) => (data.change.kind === 'register' ? nameKey('account', data.accountId) : undefined),
      (row, { data: { change } }) => row ?? (change.kind === 'register' ? { sealed: change.name } : undefined),
    ),
    on(
      [roleGranted],
      event => nameKey('account', event.data.accountId),
      (row, { data }) => ({ ...row, organisations: { ...row?.organisations, [data.grant.orgId]: data.grant.orgName } }),
    ),
    on(
      [recommendingBodyRegistered],
      event => nameKey('body', event.data.bodyId),
      (_row, { data }) => ({ name: data.name }),
    ),
    on(
      [expertAdmitted],
      event => nameKey('expert', event.data.expertId),
      (_row, { data }) => ({ sealed: data.name }),
    ),
    on(
      [expertRenamed],
      event => nameKey('expert', event.data.expertId),
      (row, { data }) => renamedPerson(row, data),
    ),
    on(
      [traineeEnrolled],
      event => nameKey('trainee', event.data.traineeId),
      (_row, { data }) => ({ sealed: data.person }),
    ),
    on(
      [recommendingBodyRenamed],
      event => nameKey('body', event.data.bodyId),
      (row, { data }) => renamed(row, data),
    ),
    on(
      [unitRenamed],
      event => nameKey('unit', event.data.uscc),
      (row, { data }) => renamed(row, data),
    ),
    on(
      [unitRegistered],
      event => nameKey('unit', event.data.uscc),
      (_row, { data }) => ({ name: data.name }),
    ),
    on(
      [applicationStarted],
      event => nameKey('project', event.data.projectId),
      (_row, { data }) => ({ name: data.title }),
    ),
  ],
});

/** The change says both names: it needs nothing that was told before. */
function renamed(
  row: NameRow | undefined,
  {
    formerName,
    name,
    changedOn,
  }: { readonly formerName: string; readonly name: string; readonly changedOn: CivilDate },
): NameRow {
  return { ...row, name, former: withFormer(row?.former ?? [], { name: formerName }, changedOn) };
}

/** What he was called is what is on record of him; of nobody, nothing can be. */
function renamedPerson(
  row: NameRow | undefined,
  { name, changedOn }: { readonly name: Sealed; readonly changedOn: CivilDate },
): NameRow | undefined {
  if (!row?.sealed) return row;
  const { sealed, formerSealed = [] } = row;
  return { ...row, sealed: name, formerSealed: withFormer(formerSealed, { sealed }, changedOn) };
}

interface Named {
  readonly now: string;
  /** Oldest first. */
  readonly former: readonly { readonly name: string; readonly lastDay: CivilDate }[];
}

/** Names for the keys of one page, people opened from the vault; each as it was on a day, or as it is. */
export class Names {
  readonly #rows: ReadonlyMap<string, NameRow>;
  readonly #names: ReadonlyMap<string, Named>;

  private constructor(rows: ReadonlyMap<string, NameRow>, names: ReadonlyMap<string, Named>) {
    this.#rows = rows;
    this.#names = names;
  }

  /** `sealed` are people that events name themselves. */
  static async of(
    keys: Iterable<string>,
    sealed: Iterable<Sealed>,
    reader: Pick<Reader, 'getMany' | 'open'>,
  ): Promise<Names> {
    const texts = await reader.getMany(trailNames, [...new Set(keys)]);
    const rows = new Map<string, NameRow>();
    const names = new Map<string, Named>();
    for (const [key, text] of texts) {
      const row = JSON.parse(text) as NameRow;
      rows.set(key, row);
      const named = await namedBy(row, reader);
      if (named) names.set(key, named);
    }
    for (const each of sealed) names.set(sealedKey(each), { now: (await reader.open(each)) ?? ERASED, former: [] });
    return new Names(rows, names);
  }

  /** The holder of an account; the account itself where nobody is known by it. */
  person(accountId: string, day?: CivilDate): string {
    return accountId === 'system' ? '系统' : (this.#nameOf(nameKey('account', accountId), day) ?? accountId);
  }

  /** An expert by name and id; by the id alone where he has not been admitted. */
  expert(expertId: string, day?: CivilDate): string {
    const name = this.#nameOf(nameKey('expert', expertId), day);
    return name === undefined ? `专家 ${expertId} ` : `专家〈${name}〉（${expertId}）`;
  }

  /** A trainee by the name that he was enrolled with; by his id where nobody was. */
  trainee(traineeId: string): string {
    const name = this.#nameOf(nameKey('trainee', traineeId));
    return name === undefined ? `学员 ${traineeId} ` : `学员〈${name}〉`;
  }

  /** A person that an event names under seal. */
  sealed(person: Sealed): string {
    return this.#nameOf(sealedKey(person)) ?? ERASED;
  }

  organisation(accountId: string, orgId: string): string {
    return this.#rows.get(nameKey('account', accountId))?.organisations?.[orgId] ?? orgId;
  }

  /** A unit, a body or a project; its id where no name is known. */
  named(kind: Exclude<NamedKind, 'account' | 'expert' | 'trainee'>, id: string, day?: CivilDate): string {
    return this.#nameOf(nameKey(kind, id), day) ?? id;
  }

  /** What a thing is called; undefined where no name is known. */
  known(kind: NamedKind, id: string): string | undefined {
    return this.#nameOf(nameKey(kind, id));
  }

  /** What an organisation that was renamed is called now; undefined for one that never was. */
  renamedTo(kind: 'unit' | 'body', id: string): string | undefined {
    const named = this.#names.get(nameKey(kind, id));
    return named && named.former.length > 0 ? named.now : undefined;
  }

  #nameOf(key: string, day?: CivilDate): string | undefined {
    const named = this.#names.get(key);
    if (!named || day === undefined) return named?.now;
    return heldOn<{ readonly name: string }>({ name: named.now }, named.former, day).name;
  }
}

/** The same acts with the names of those who did them, for readers who may know them. */
export async function withActors<Act extends { readonly by: string }>(
  acts: readonly Act[],
  reader: Pick<Reader, 'getMany' | 'open'>,
): Promise<(Act & { readonly byName: string })[]> {
  const accounts = acts.map(({ by }) => nameKey('account', by));
  const names = await Names.of(accounts, [], reader);
  return acts.map(act => ({ ...act, byName: names.person(act.by) }));
}

async function namedBy(row: NameRow, reader: Pick<Reader, 'open'>): Promise<Named | undefined> {
  const { name, former = [], sealed, formerSealed = [] } = row;
  if (!sealed) return name === undefined ? undefined : { now: name, former };
  const opened = formerSealed.map(async each => ({
    name: (await reader.open(each.sealed)) ?? ERASED,
    lastDay: each.lastDay,
  }));
  return { now: (await reader.open(sealed)) ?? ERASED, former: await Promise.all(opened) };
}
