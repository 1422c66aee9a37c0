/** What a thing says, whatever its shape: names of fields with their values, lists within lists. */
import type { ComponentChildren } from 'preact';
import { codeWord, fieldWord } from '../../../events/words.ts';
import { count, minute } from './format.ts';

export function Said({
  value,
  owner,
  place = '',
}: {
  readonly value: unknown;
  /** In what it stands: a kind of event, a query. */
  readonly owner: string;
  readonly place?: string;
}) {
  return <>{said(value, place, owner)}</>;
}

function said(value: unknown, place: string, owner: string): ComponentChildren {
  if (Array.isArray(value)) return saidOfList(value, place, owner);
  if (typeof value !== 'object' || value === null) return saidOfOne(value, place, owner);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return (
    <dl class="facts">
      {entries.map(([name, part]) => (
        <div class={isNested(part) ? 'whole' : undefined}>
          <dt>{fieldWord(within(place, name), owner).zh}</dt>
          <dd>{said(part, within(place, name), owner)}</dd>
        </div>
      ))}
    </dl>
  );
}

const within = (place: string, name: string) => (place === '' ? name : `${place}.${name}`);
const isNested = (value: unknown) => typeof value === 'object' && value !== null && !isPlainList(value);
const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && value.every(each => typeof each !== 'object' || each === null);

function saidOfList(values: readonly unknown[], place: string, owner: string): ComponentChildren {
  if (values.length === 0) return '无';
  if (isPlainList(values)) {
    return values.map((each, at) => (
      <>
        {at > 0 && '、'}
        {saidOfOne(each, place, owner)}
      </>
    ));
  }
  return (
    <ol class="said">
      {values.map(each => (
        <li>{said(each, place, owner)}</li>
      ))}
    </ol>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const DIGEST = /^[0-9a-f]{40,}$/;

function saidOfOne(value: unknown, place: string, owner: string): ComponentChildren {
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (value === null || value === undefined || value === '') return '无';
  if (typeof value === 'number') return /year$/i.test(place) ? String(value) : count(value);
  const text = String(value);
  if (DIGEST.test(text)) return <span class="hash">{text}</span>;
  return INSTANT.test(text) ? <time datetime={text}>{minute(text)}</time> : codeWord(place, text, owner);
}
