/** What a report is asked about, chosen from what there is: nobody has to know a number by heart. */
import { shanghaiDate } from '../../../events/time.ts';
import { fieldWord } from '../../../events/words.ts';
import type { Asking } from '../page.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';
import { withChoice } from '../parts/format.ts';
import { AT_ONCE, KINDS, type KindOfThing, type Sought, type ThingChoice } from './things.tsx';
import { yearOptions, yearsKnown } from './years.ts';

/** By the name of the parameter, as text. */
export type AskedWith = Readonly<Record<string, string | undefined>>;

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
  readonly toChoose?: ThingChoice;
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
  const things = await (KINDS[open] as KindOfThing).find({ q, cursor }, asking);
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
