/** What a report is asked about, chosen from what there is: nobody has to know a number by heart. */
import { shanghaiDate } from '../../../events/time.ts';
import { fieldWord } from '../../../events/words.ts';
import type { ListedProject } from '../../../projections/dashboard/project-list.ts';
import type { Asking } from '../page.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';
import { count, withChoice } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { yearOptions, yearsKnown } from './years.ts';

/** By the name of the parameter, as text. */
export type AskedWith = Readonly<Record<string, string | undefined>>;

interface Thing {
  readonly id: string;
  readonly name: string;
  /** What tells it from others of its name. */
  readonly beside: string;
}

interface Things {
  readonly items: readonly Thing[];
  readonly total: number | undefined;
  readonly next: string | undefined;
}

interface Sought {
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
}

interface Kind {
  readonly noun: string;
  nameOf(id: string, asking: Asking): Promise<string | undefined>;
  find(sought: Sought, asking: Asking): Promise<Things>;
}

const SHOWN = 50;

const projects: Kind = {
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
const AT_ONCE = 500;

const units: Kind = {
  noun: '单位',
  nameOf: async (uscc, { askIfThere }) => (await askIfThere<UnitRow>('GetUnit', { uscc }))?.name,
  async find({ q, cursor }, { ask }) {
    if (q === undefined) {
      const page = await ask<{ items: UnitRow[]; next?: string }>('ListUnits', { cursor, limit: SHOWN });
      return { items: page.items.map(unitThing), total: undefined, next: page.next };
    }
    const found: UnitRow[] = [];
    for (let at: string | undefined, isLast = false; !isLast; ) {
      const page = await ask<{ items: UnitRow[]; next?: string }>('ListUnits', { cursor: at, limit: AT_ONCE });
      found.push(...page.items.filter(({ name, uscc }) => name.includes(q) || uscc.includes(q)));
      at = page.next;
      isLast = at === undefined;
    }
    return { items: found.slice(0, SHOWN).map(unitThing), total: found.length, next: undefined };
  },
};

const unitThing = ({ uscc, name }: UnitRow): Thing => ({ id: uscc, name, beside: uscc });

/** Too many to be offered in a field: they are looked for in a list. */
const KINDS: Readonly<Record<string, Kind>> = { project: projects, unit: units };

/** The few that there are. */
const CHOICES: Readonly<Record<string, (asking: Asking) => Promise<Options>>> = {
  year: async asking => yearOptions(await yearsKnown(asking)),
  async panel(asking) {
    const panels: [string, string][] = [];
    for (const year of await yearsKnown(asking)) {
      const { items } = await asking.ask<{ items: { panelId: string }[] }>('ListPanels', { year, limit: AT_ONCE });
      panels.push(
        ...items.map(({ panelId }, at): [string, string] => [panelId, `${year} 年度第 ${at + 1} 个（${panelId}）`]),
      );
    }
    return panels;
  },
  async entrustment({ ask }) {
    const { items } = await ask<{ items: { entrustmentId: string; orgName: string }[] }>('ListEntrustments', {
      limit: AT_ONCE,
    });
    return items.map(({ entrustmentId, orgName }) => [entrustmentId, `${orgName}（${entrustmentId}）`] as const);
  },
};

/** What goes without saying where a report needs it and nobody has said it. */
async function settled(needed: readonly string[], given: AskedWith, asking: Asking): Promise<AskedWith> {
  const isOpen = (name: string) => needed.includes(name) && given[name] === undefined;
  const [year] = isOpen('year') ? await yearsKnown(asking) : [];
  return {
    ...given,
    ...(year !== undefined && { year: String(year) }),
    ...(isOpen('on') && { on: shanghaiDate(asking.reader.now) }),
  };
}

interface Field {
  readonly name: string;
  readonly value: string | undefined;
  readonly options?: Options;
  /** Of a thing that was chosen in a list. */
  readonly chosen?: string;
}

/** What a report is asked with, and what there is to choose from. */
export interface AskedAbout {
  readonly asked: AskedWith;
  readonly fields: readonly Field[];
  /** Where it needs a thing that has not been chosen: the list to choose it from. */
  readonly toChoose?: { readonly name: string; readonly sought: string | undefined; readonly things: Things };
}

/** Settles what a report is asked with; `parameters` are the names of all that it takes, `needed` of those it cannot do without. */
export async function askedAbout(
  parameters: readonly string[],
  needed: readonly string[],
  { q, cursor, ...given }: AskedWith & Sought,
  asking: Asking,
): Promise<AskedAbout> {
  const asked = await settled(needed, given, asking);
  const open = needed.find(name => asked[name] === undefined && KINDS[name]);
  const fields = await Promise.all(
    parameters
      .filter(name => name !== open)
      .map(async (name): Promise<Field> => {
        const value = asked[name];
        const chosen = value === undefined ? undefined : await KINDS[name]?.nameOf(value, asking);
        const options = await CHOICES[name]?.(asking);
        return { name, value, ...(chosen !== undefined && { chosen }), ...(options && { options }) };
      }),
  );
  if (open === undefined) return { asked, fields };
  const things = await (KINDS[open] as Kind).find({ q, cursor }, asking);
  return { asked, fields, toChoose: { name: open, sought: q, things } };
}

const wordOfField = (name: string) => fieldWord(name, 'ShowReportPage');

function hintOf(name: string): { readonly hint?: string } {
  const { hint } = wordOfField(name);
  return hint === undefined ? {} : { hint };
}

/** The fields of a report, each with what there is to choose from. */
export function AskedFields({ about: { fields }, here }: { readonly about: AskedAbout; readonly here: URL }) {
  const things = fields.filter(({ chosen }) => chosen !== undefined);
  const others = fields.filter(({ chosen }) => chosen === undefined);
  return (
    <>
      {things.map(({ name, chosen }) => (
        <p>
          {KINDS[name]?.noun}：<strong>{chosen}</strong> <a href={withChoice(here, { [name]: undefined })}>改选</a>
        </p>
      ))}
      {others.length > 0 && (
        <Filters label="报告的条件">
          {things.map(({ name, value }) => (
            <input type="hidden" name={name} value={value} />
          ))}
          {others.map(({ name, value, options }) =>
            options ? (
              <ChoiceField label={wordOfField(name).zh} name={name} options={options} chosen={value} />
            ) : (
              <TextField label={wordOfField(name).zh} name={name} value={value} {...hintOf(name)} />
            ),
          )}
        </Filters>
      )}
    </>
  );
}

/** The list from which what a report is about is chosen. */
export function ThingToChoose({ choice, here }: { readonly choice: AskedAbout['toChoose'] & {}; readonly here: URL }) {
  const {
    name,
    sought,
    things: { items, total, next },
  } = choice;
  const { noun } = KINDS[name] as Kind;
  return (
    <>
      <h2>请选择{noun}</h2>
      <Filters label={`查找${noun}`}>
        <TextField label="查找" name="q" value={sought} hint="名称或者编号的一部分" />
      </Filters>
      {total !== undefined && <p class="fine">共 {count(total)} 个。</p>}
      <Table
        caption={`可选的${noun}`}
        none={`没有符合条件的${noun}。`}
        columns={[
          {
            head: noun,
            cell: thing => <a href={withChoice(here, { [name]: thing.id, q: undefined })}>{thing.name}</a>,
          },
          { head: '', cell: thing => thing.beside },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  );
}
