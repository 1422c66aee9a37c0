/** What a report is asked about, chosen from what there is: nobody has to know a number by heart. */
import { shanghaiDate } from '../../../events/time.ts';
import { fieldWord, ROLE_WORDS } from '../../../events/words.ts';
import type { Asking } from '../page.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';
import { panelName, withChoice } from '../parts/format.ts';
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
      panels.push(...items.map(({ panelId }): [string, string] => [panelId, panelName(panelId)]));
    }
    return panels;
  },
  async entrustment({ ask }) {
    const { items } = await ask<{ items: { entrustmentId: string; name: string }[] }>('ListEntrustments', {
      limit: AT_ONCE,
    });
    return items.map(({ entrustmentId, name }) => [entrustmentId, name] as const);
  },
  async organisation({ ask }) {
    const { items } = await ask<{ items: { bodyId: string; name: string }[] }>('ListBodies', { limit: AT_ONCE });
    return [['msr', ROLE_WORDS.MSR], ...items.map(({ bodyId, name }) => [bodyId, name] as const)];
  },
};

/** What entrustments are called. */
export async function entrustmentNames(asking: Asking): Promise<ReadonlyMap<string, string>> {
  return new Map(await CHOICES.entrustment?.(asking));
}

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

const isThing = ({ name, options }: Field) => KINDS[name] !== undefined && options === undefined;

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
  { q, cursor, choose, ...given }: AskedWith & Sought & { readonly choose?: string | undefined },
  asking: Asking,
): Promise<AskedAbout> {
  const asked = await settled(needed, given, asking);
  const isOpen = (name: string) => KINDS[name] && asked[name] === undefined;
  const open = needed.find(isOpen) ?? parameters.find(name => name === choose && isOpen(name));
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
  const things = fields.filter(isThing);
  const others = fields.filter(field => !isThing(field));
  return (
    <>
      {things.map(({ name, value, chosen }) => {
        const noun = KINDS[name]?.noun;
        return (
          <p>
            {wordOfField(name).zh}：<strong>{value === undefined ? '全部' : (chosen ?? value)}</strong>{' '}
            <a href={withChoice(here, { [name]: undefined, choose: name })}>
              {value === undefined ? `选择${noun}` : '改选'}
            </a>{' '}
            {value !== undefined && <a href={withChoice(here, { [name]: undefined })}>不限{noun}</a>}
          </p>
        );
      })}
      {others.length > 0 && (
        <Filters label="报告的条件">
          {things.map(({ name, value }) => value !== undefined && <input type="hidden" name={name} value={value} />)}
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
