/** The names a trail sentence is filled with: people (sealed), bodies, units and projects, by key. */
import { z } from 'zod';
import { accountChangeProposed, accountRegistered, roleGranted } from '../../events/account.ts';
import { applicationStarted } from '../../events/application.ts';
import { recommendingBodyRegistered } from '../../events/body.ts';
import { sealedSchema } from '../../events/personal.ts';
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

export const accountKey = (id: string) => `account:${id}`;
export const bodyKey = (id: string) => `body:${id}`;
export const unitKey = (id: string) => `unit:${id}`;
export const projectKey = (id: string) => `project:${id}`;

export const trailNames = projection<NameRow>({
  name: 'trail-names',
  version: 2,
  question: '轨迹句子中的人员、单位与项目如何称呼 (how people, organisations and projects are named in the trail)',
  indexes: [],
  handlers: [
    when(
      [accountRegistered],
      event => accountKey(event.data.accountId),
      (_row, { data }) => ({ sealed: data.name, organisations: { [data.grant.orgId]: data.grant.orgName } }),
    ),
    when(
      [accountChangeProposed],
      ({ data }) => (data.change.kind === 'register' ? accountKey(data.accountId) : undefined),
      (row, { data: { change } }) => row ?? (change.kind === 'register' ? { sealed: change.name } : undefined),
    ),
    when(
      [roleGranted],
      event => accountKey(event.data.accountId),
      (row, { data }) => ({ ...row, organisations: { ...row?.organisations, [data.grant.orgId]: data.grant.orgName } }),
    ),
    when(
      [recommendingBodyRegistered],
      event => bodyKey(event.data.bodyId),
      (_row, { data }) => ({ name: data.name }),
    ),
    when(
      [unitRegistered],
      event => unitKey(event.data.uscc),
      (_row, { data }) => ({ name: data.name }),
    ),
    when(
      [applicationStarted],
      event => projectKey(event.data.projectId),
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

  static async of(keys: Iterable<string>, reader: Pick<Reader, 'getMany' | 'open'>): Promise<Names> {
    const texts = await reader.getMany(trailNames, [...new Set(keys)]);
    const rows = new Map<string, NameRow>();
    const people = new Map<string, string>();
    for (const [key, text] of texts) {
      const row = JSON.parse(text) as NameRow;
      rows.set(key, row);
      if (row.sealed) people.set(key, (await reader.open(row.sealed)) ?? ERASED);
    }
    return new Names(rows, people);
  }

  person(accountId: string): string {
    return accountId === 'system' ? '系统' : (this.#people.get(accountKey(accountId)) ?? accountId);
  }

  organisation(accountId: string, orgId: string): string {
    return this.#rows.get(accountKey(accountId))?.organisations?.[orgId] ?? orgId;
  }

  named(key: string, fallback: string): string {
    return this.#rows.get(key)?.name ?? fallback;
  }
}
