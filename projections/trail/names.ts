/** The names a trail sentence is filled with: people (sealed), bodies, units and projects, by key. */
import { z } from 'zod';
import { accountChangeProposed, accountRegistered, roleGranted } from '../../events/account.ts';
import { applicationStarted } from '../../events/application.ts';
import { recommendingBodyRegistered } from '../../events/body.ts';
import { expertAdmitted } from '../../events/expert.ts';
import { type Sealed, sealedSchema } from '../../events/personal.ts';
import { unitRegistered } from '../../events/unit.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';

const nameRowSchema = z.strictObject({
  name: z.string().optional(),
  sealed: sealedSchema.optional(),
  /** Organisation names an account has acted for, by organisation id. */
  organisations: z.record(z.string(), z.string()).optional(),
});
type NameRow = z.infer<typeof nameRowSchema>;

/** What has a name here. */
export const NAMED = ['account', 'body', 'unit', 'expert', 'project'] as const;
export type NamedKind = (typeof NAMED)[number];

/** The key of a name. */
export const nameKey = (kind: NamedKind, id: string) => `${kind}:${id}`;

const sealedKey = ({ subject, sealed }: Sealed) => `sealed:${subject}/${sealed}`;

export const trailNames = projection<NameRow>({
  name: 'trail-names',
  version: 3,
  question: '轨迹句子中的人员、单位与项目如何称呼 (how people, organisations and projects are named in the trail)',
  indexes: [],
  handlers: [
    when(
      [accountRegistered],
      event => nameKey('account', event.data.accountId),
      (_row, { data }) => ({ sealed: data.name, organisations: { [data.grant.orgId]: data.grant.orgName } }),
    ),
    when(
      [accountChangeProposed],
      ({ data }) => (data.change.kind === 'register' ? nameKey('account', data.accountId) : undefined),
      (row, { data: { change } }) => row ?? (change.kind === 'register' ? { sealed: change.name } : undefined),
    ),
    when(
      [roleGranted],
      event => nameKey('account', event.data.accountId),
      (row, { data }) => ({ ...row, organisations: { ...row?.organisations, [data.grant.orgId]: data.grant.orgName } }),
    ),
    when(
      [recommendingBodyRegistered],
      event => nameKey('body', event.data.bodyId),
      (_row, { data }) => ({ name: data.name }),
    ),
    when(
      [expertAdmitted],
      event => nameKey('expert', event.data.expertId),
      (_row, { data }) => ({ sealed: data.name }),
    ),
    when(
      [unitRegistered],
      event => nameKey('unit', event.data.uscc),
      (_row, { data }) => ({ name: data.name }),
    ),
    when(
      [applicationStarted],
      event => nameKey('project', event.data.projectId),
      (_row, { data }) => ({ name: data.title }),
    ),
  ],
});

/** What stands for a person whose key has been destroyed. */
export const ERASED = '（已删除）';

/** Names for the keys of one page, people opened from the vault. */
export class Names {
  readonly #rows: ReadonlyMap<string, NameRow>;
  readonly #people: ReadonlyMap<string, string>;

  private constructor(rows: ReadonlyMap<string, NameRow>, people: ReadonlyMap<string, string>) {
    this.#rows = rows;
    this.#people = people;
  }

  /** `sealed` are people that events name themselves. */
  static async of(
    keys: Iterable<string>,
    sealed: Iterable<Sealed>,
    reader: Pick<Reader, 'getMany' | 'open'>,
  ): Promise<Names> {
    const texts = await reader.getMany(trailNames, [...new Set(keys)]);
    const rows = new Map<string, NameRow>();
    const people = new Map<string, string>();
    for (const [key, text] of texts) {
      const row = JSON.parse(text) as NameRow;
      rows.set(key, row);
      if (row.sealed) people.set(key, (await reader.open(row.sealed)) ?? ERASED);
    }
    for (const each of sealed) people.set(sealedKey(each), (await reader.open(each)) ?? ERASED);
    return new Names(rows, people);
  }

  /** The holder of an account; the account itself where nobody is known by it. */
  person(accountId: string): string {
    return accountId === 'system' ? '系统' : (this.#people.get(nameKey('account', accountId)) ?? accountId);
  }

  /** An expert by name and id; by the id alone where he has not been admitted. */
  expert(expertId: string): string {
    const name = this.#people.get(nameKey('expert', expertId));
    return name === undefined ? `专家 ${expertId} ` : `专家〈${name}〉（${expertId}）`;
  }

  /** A person that an event names under seal. */
  sealed(person: Sealed): string {
    return this.#people.get(sealedKey(person)) ?? ERASED;
  }

  organisation(accountId: string, orgId: string): string {
    return this.#rows.get(nameKey('account', accountId))?.organisations?.[orgId] ?? orgId;
  }

  /** A unit, a body or a project; its id where no name is known. */
  named(kind: Exclude<NamedKind, 'account' | 'expert'>, id: string): string {
    return this.#rows.get(nameKey(kind, id))?.name ?? id;
  }
}
