/** The filters of a list: all that its query can be asked with. */
import { z } from 'zod';
import { codeWord, districtWord, fieldWord } from '../../../events/words.ts';
import type { QueryRoute } from '../../../projections/route.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';

/** What is asked with besides the fields that have a word. */
const LABELS: Readonly<Record<string, string>> = {
  state: '状态',
  status: '状态',
  outcome: '结果',
  on: '截至日期',
  field: '领域',
  recipientType: '表扬对象',
  round: '第几轮',
  version: '版本',
};

/** What no person can be asked for: ids, and where a list goes on. */
const NO_CHOICE = ['limit', 'cursor', 'owedBy'];

const DISTRICTS = Array.from({ length: 19 }, (_, index) => String(120101 + index)).filter(
  code => !districtWord(code).startsWith('区划'),
);

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly chosen: string | undefined;
  /** Free text where there are none. */
  readonly options?: Options;
  /** There is always one chosen. */
  readonly isNeeded: boolean;
}

/** What can be chosen of a query's input, with what is chosen now. */
export function choicesOf(
  { name: query, input: { shape } }: QueryRoute,
  known: {
    readonly without: readonly string[];
    readonly chosen: Readonly<Record<string, string | undefined>>;
    readonly years: readonly string[];
    readonly bodies: Options;
  },
): readonly Choice[] {
  const hidden = [...known.without, ...NO_CHOICE];
  return Object.entries(shape)
    .filter(([name]) => !hidden.includes(name))
    .map(([name, schema]) => {
      const unasked = z.safeParse(schema as z.ZodType, undefined);
      const standing = unasked.success ? (unasked.data as string | undefined) : known.chosen[name];
      const options = optionsOf(query, name, schema as z.ZodType, known);
      return {
        name,
        label: LABELS[name] ?? fieldWord(name, query).zh,
        chosen: known.chosen[name] ?? standing,
        isNeeded: standing !== undefined,
        ...(options && { options }),
      };
    });
}

function optionsOf(
  query: string,
  name: string,
  schema: z.ZodType,
  { years, bodies }: { readonly years: readonly string[]; readonly bodies: Options },
): Options | undefined {
  if (name === 'year') return years.map(year => [year, year] as const);
  if (name === 'bodyId') return bodies;
  if (name === 'district') return DISTRICTS.map(code => [code, districtWord(code)] as const);
  return valuesOf(schema)?.map(value => [value, codeWord(name, value, query)] as const);
}

/** The values of an enum, however it is wrapped. */
function valuesOf(schema: z.ZodType): readonly string[] | undefined {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType && valuesOf(innerType);
}

export function ListFilters({
  list,
  choices,
}: {
  readonly list: string | undefined;
  readonly choices: readonly Choice[];
}) {
  if (choices.length === 0) return null;
  return (
    <Filters label="筛选">
      {list !== undefined && <input type="hidden" name="list" value={list} />}
      {choices.map(({ name, label, chosen, options, isNeeded }) =>
        options ? (
          <ChoiceField
            label={label}
            name={name}
            options={options}
            chosen={chosen}
            {...(isNeeded && { all: false as const })}
          />
        ) : (
          <TextField label={label} name={name} value={chosen} />
        ),
      )}
    </Filters>
  );
}
