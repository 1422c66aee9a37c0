/** Projects, units and people to choose from by their names, where they are too many for a field. */
import type { Role } from '../../../events/envelope.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { ListedProject } from '../../../projections/dashboard/project-list.ts';
import type { Asking } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count, withChoice } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';

interface Thing {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of its name. */
  readonly beside: string;
}

export interface Things {
  readonly items: readonly Thing[];
  readonly total: number | undefined;
  readonly next: string | undefined;
}

export interface Sought {
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface KindOfThing {
  readonly noun: string;
  nameOf(id: string, asking: Asking): Promise<string | undefined>;
  find(sought: Sought, asking: Asking): Promise<Things>;
}

const SHOWN = 50;

const projects: KindOfThing = {
  noun: '项目',
  async nameOf(id, { ask }) {
    const { items } = await ask<{ items: ListedProject[] }>('ListProjects', { q: id, limit: 1 });
    return items[0]?.title;
  },
  async find(sought, { ask }) {
    const found = await ask<{ items: ListedProject[]; total: number; next?: string }>('ListProjects', {
      ...sought,
      limit: SHOWN,
    });
    const items = found.items.map(({ projectId, title, unitName, year }) => ({
      id: projectId,
      name: title,
      beside: `${unitName}，${year} 年度`,
    }));
    return { items, total: found.total, next: found.next };
  },
};

interface UnitRow {
  readonly uscc: string;
  readonly name: string;
}

/** Rows that a page of the list of units has at most. */
export const AT_ONCE = 500;

const units: KindOfThing = {
  noun: '单位',
  nameOf: async (uscc, { askIfThere }) => (await askIfThere<UnitRow>('GetUnit', { uscc }))?.name,
  async find({ q, cursor }, { ask }) {
    if (q === undefined) {
      const page = await ask<{ items: UnitRow[]; next?: string }>('ListUnits', { cursor, limit: SHOWN });
      return { items: page.items.map(unitThing), total: undefined, next: page.next };
    }
    const found = await allThat<UnitRow>('ListUnits', ask, ({ name, uscc }) => name.includes(q) || uscc.includes(q));
    return { items: found.slice(0, SHOWN).map(unitThing), total: found.length, next: undefined };
  },
};

const unitThing = ({ uscc, name }: UnitRow): Thing => ({ id: uscc, name, beside: uscc });

interface AccountRow {
  readonly accountId: string;
  readonly name: string;
  readonly grants: readonly { readonly role: Role; readonly orgName: string }[];
}

const persons: KindOfThing = {
  noun: '人员',
  nameOf: async (accountId, { askIfThere }) => {
    const person = await askIfThere<{ accounts: AccountRow[] }>('GetPersonOfAccount', { accountId });
    return person?.accounts[0]?.name;
  },
  async find({ q, cursor }, { ask }) {
    if (q === undefined) {
      const page = await ask<{ items: AccountRow[]; next?: string }>('ListAccounts', { cursor, limit: SHOWN });
      return { items: page.items.map(personThing), total: undefined, next: page.next };
    }
    const found = await allThat<AccountRow>(
      'ListAccounts',
      ask,
      ({ name, accountId, grants }) =>
        name.includes(q) || accountId.includes(q) || grants.some(({ orgName }) => orgName.includes(q)),
    );
    return { items: found.slice(0, SHOWN).map(personThing), total: found.length, next: undefined };
  },
};

const personThing = ({ accountId, name, grants }: AccountRow): Thing => ({
  id: accountId,
  name,
  beside: [...new Set(grants.map(({ role, orgName }) => `${ROLE_WORDS[role]}（${orgName}）`)), accountId].join('，'),
});

/** Those of a list that are looked for, where its query does not look for names. */
async function allThat<Row>(query: string, ask: Asking['ask'], isSought: (row: Row) => boolean): Promise<Row[]> {
  const found: Row[] = [];
  for (let cursor: string | undefined, isLast = false; !isLast; ) {
    const page = await ask<{ items: Row[]; next?: string }>(query, { cursor, limit: AT_ONCE });
    found.push(...page.items.filter(isSought));
    cursor = page.next;
    isLast = cursor === undefined;
  }
  return found;
}

/** Too many to be offered in a field: they are looked for in a list. */
export const KINDS: Readonly<Record<string, KindOfThing>> = { project: projects, unit: units, account: persons };

/** A thing that is to be chosen, and those found; the first 50 where the list is long. */
export interface ThingChoice {
  /** The parameter that names it. */
  readonly name: string;
  readonly sought: string | undefined;
  readonly things: Things;
}

/** Chooses a thing by its name; `kept` are parameters that stand in the address until then. */
export function ThingToChoose({
  choice,
  here,
  kept = [],
}: {
  readonly choice: ThingChoice;
  readonly here: URL;
  readonly kept?: readonly string[];
}) {
  const {
    name,
    sought,
    things: { items, total, next },
  } = choice;
  const { noun } = KINDS[name] as KindOfThing;
  const leaving = Object.fromEntries(kept.map(each => [each, undefined]));
  return (
    <>
      <h2>请选择{noun}</h2>
      <Filters label={`查找${noun}`}>
        {kept.map(each => (
          <input type="hidden" name={each} value={here.searchParams.get(each) ?? ''} />
        ))}
        <TextField label="查找" name="q" value={sought} hint="名称或者编号的一部分" />
      </Filters>
      {total !== undefined && <p class="fine">共 {count(total)} 个。</p>}
      <Table
        caption={`可选的${noun}`}
        none={`没有符合条件的${noun}。`}
        columns={[
          {
            head: noun,
            cell: thing => <a href={withChoice(here, { ...leaving, [name]: thing.id, q: undefined })}>{thing.name}</a>,
          },
          { head: '', cell: thing => thing.beside },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  );
}
