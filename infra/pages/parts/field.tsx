/** Fields of the forms by which lists are narrowed: every choice stands in the address. */
import type { ComponentChildren } from 'preact';

export type Options = readonly (readonly [value: string, label: string])[];

export function ChoiceField({
  label,
  name,
  options,
  chosen,
  all = '全部',
}: {
  readonly label: string;
  readonly name: string;
  readonly options: Options;
  readonly chosen: unknown;
  /** What leaves the choice open; false where one is always chosen. */
  readonly all?: string | false;
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {all !== false && <option value="">{all}</option>}
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function TextField({
  label,
  name,
  value,
  hint,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly hint?: string;
}) {
  return (
    <label>
      {label}
      <input name={name} value={value ?? ''} placeholder={hint} />
    </label>
  );
}

/** Narrows the list below it, or does what `does` says; works without any script. */
export function Filters({
  label,
  does = '筛选',
  children,
}: {
  readonly label: string;
  readonly does?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <form class="filters" method="get" aria-label={label}>
      {children}
      <button type="submit">{does}</button>
    </form>
  );
}
