/**
 * Every rule that counts people compares persons, in one place: a comparison of accounts anywhere else passes a person with
 * two of them. A new one fails here until it asks events/rules/persons.ts, or somebody has said why it is about accounts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const LAYERS = ['events', 'services', 'projections', 'infra'];

/** Names under which an account is known in the code. */
const ACTED = '(?:held|ordered|established|decided|opened|approved|confirmed|stated|reset)By';
const ACCOUNT = `(?:\\w+[.?]+)*(?:accountId|account|${ACTED}|by|reviewer|earlier)`;
const COMPARISONS = [
  new RegExp(`(?<![\\w.])${ACCOUNT}\\s*[!=]==(?!\\s*(?:undefined|null|'|\\d))`),
  new RegExp(`[!=]==\\s*${ACCOUNT}(?![\\w(.])`),
  /\.(?:includes|has|indexOf)\((?:\w+[.?]+)*(?:accountId|\w+By|by)\)/,
];

/** Comparisons that are about accounts, or not about people at all: by file, with a piece of the line and the reason. */
const ABOUT_ACCOUNTS: readonly (readonly [file: string, piece: string, why: string])[] = [
  ['services/separation-of-duties.ts', 'accounts.includes(accountId)', 'a list without repetition'],
  ['services/application/state.ts', 'state.verifiedBy.includes', 'a list without repetition'],
  ['services/enforcement/reads.ts', 'accountIds.includes(accountId)', 'a list without repetition'],
  ['services/account/identity.ts', 'id !== accountId', 'the accounts of a person besides the one named'],
  ['services/account/', 'others.includes(', 'others are the accounts of a person'],
  ['services/application/readiness.ts', 'heldBy === own.projectId', 'a title is held by a project'],
  ['services/application/title.ts', 'heldBy', 'a title is held by a project'],
  ['projections/report/answer.ts', 'accounts?.has(', 'accounts are all of the person who asks'],
  ['infra/http/feed-sources.ts', 'own.has(', 'own are all accounts of the caller'],
  ['infra/http/passwords.ts', 'accountId', 'a password belongs to an account'],
  ['services/account/credentials.ts', 'given.actor.accountId !== accountId', 'a password belongs to an account'],
  ['services/account/access.ts', 'actor.accountId === accountId', 'a second factor belongs to an account'],
  ['services/account/api-keys.ts', 'actor.accountId === accountId', 'a key belongs to an account'],
  ['infra/identity/tokens.ts', 'sub === accountId', 'a token is of one account'],
  ['projections/dashboard/own-work.ts', 'own.has(by)', 'own are all accounts of the caller'],
  ['projections/enforcement/misconduct.ts', 'own', 'own are all accounts of the caller'],
  ['infra/read-store/query-plan.ts', 'orderedBy === field', 'not about people'],
  ['services/enforcement/investigation.ts', 'earlier === canonicalJson', 'a piece of evidence, not a person'],
  ['infra/runner/core/generations.ts', 'earlier !== to', 'not about people'],
];

interface Line {
  readonly file: string;
  readonly at: number;
  readonly text: string;
}

function comparisonsIn(lines: readonly Line[]): string[] {
  return lines
    .filter(({ text }) => COMPARISONS.some(shape => shape.test(text)))
    .filter(
      ({ file, text }) => !ABOUT_ACCOUNTS.some(([where, piece]) => file.startsWith(where) && text.includes(piece)),
    )
    .map(({ file, at, text }) => `${file}:${at}: ${text.trim()}`);
}

function linesOf(layer: string): Line[] {
  const files = readdirSync(layer, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  return files.flatMap(name => {
    const file = `${layer}/${name}`;
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((text, index) => ({ file, at: index + 1, text }));
  });
}

describe('rules that count people', () => {
  it.each(LAYERS)('%s compares no accounts but in the one rule about persons', layer => {
    expect(comparisonsIn(linesOf(layer).filter(({ file }) => file !== 'events/rules/persons.ts'))).toEqual([]);
  });

  it.each([
    'if (state.orderedBy === actor.accountId) return refused();',
    'if (accountId === earlier) return refused();',
    'if (heldBy !== accountId) return undefined;',
    'if (!state.verifiedBy.includes(actor.accountId)) return undefined;',
    'if (listed.approvers.has(given.actor.accountId)) return refused();',
    'return sheets.some(sheet => sheet.accountId === actor.accountId);',
    'rows.filter(row => row.accountId !== caller?.accountId)',
  ])('finds a planted one: %s', text => {
    expect(comparisonsIn([{ file: 'services/planted.ts', at: 1, text }])).toHaveLength(1);
  });

  it('every exception is still there', () => {
    const lines = LAYERS.flatMap(linesOf);
    const gone = ABOUT_ACCOUNTS.filter(
      ([where, piece]) => !lines.some(({ file, text }) => file.startsWith(where) && text.includes(piece)),
    );
    expect(gone).toEqual([]);
  });
});
