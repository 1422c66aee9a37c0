/** What a thing says, whatever its shape: names of fields with their values, lists within lists. */
import type { ComponentChildren } from 'preact';
import { count, minute } from './format.ts';
import type { WordsUsed } from './wording.ts';

export function Said({
  value,
  words,
  place = [],
}: {
  readonly value: unknown;
  readonly words: WordsUsed;
  readonly place?: readonly string[];
}) {
  return <>{said(value, place, words)}</>;
}

function said(value: unknown, place: readonly string[], words: WordsUsed): ComponentChildren {
  if (Array.isArray(value)) return saidOfList(value, place, words);
  if (typeof value !== 'object' || value === null) return saidOfOne(value, place, words);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return (
    <dl class="facts">
      {entries.map(([name, part]) => (
        <div class={isNested(part) ? 'whole' : undefined}>
          <dt>{words.field([...place, name])}</dt>
          <dd>{said(part, [...place, name], words)}</dd>
        </div>
      ))}
    </dl>
  );
}

const isNested = (value: unknown) => typeof value === 'object' && value !== null && !isPlainList(value);
const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && value.every(each => typeof each !== 'object' || each === null);

function saidOfList(values: readonly unknown[], place: readonly string[], words: WordsUsed): ComponentChildren {
  if (values.length === 0) return '无';
  if (isPlainList(values)) {
    return values.map((each, at) => (
      <>
        {at > 0 && '、'}
        {saidOfOne(each, place, words)}
      </>
    ));
  }
  return (
    <ol class="said">
      {values.map(each => (
        <li>{said(each, place, words)}</li>
      ))}
    </ol>
  );
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const DIGEST = /^[0-9a-f]{40,}$/;

function saidOfOne(value: unknown, place: readonly string[], words: WordsUsed): ComponentChildren {
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (value === null || value === undefined || value === '') return '无';
  if (typeof value === 'number') return /year$/i.test(place.at(-1) ?? '') ? String(value) : count(value);
  const text = String(value);
  if (DIGEST.test(text)) return <span class="hash">{text}</span>;
  return INSTANT.test(text) ? <time datetime={text}>{minute(text)}</time> : words.code(place, text);
}
