/** The list of refusals that each command can give is what its code says. `UPDATE_COVERAGE=1` writes it anew. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { REFUSAL_CODES } from '../../infra/http/refusal-codes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { type RefusalTable, refusalsOf } from './refusals.ts';

const FILE = 'infra/http/refusal-codes.ts';

let read: RefusalTable;
beforeAll(async () => {
  read = await refusalsOf();
  if (process.env.UPDATE_COVERAGE) writeFileSync(FILE, formatted(sourceOf(read)));
});

const sourceOf = (table: RefusalTable) => `/**
 * The refusals that each command can give, a status and a code each. Generated from the code of the commands:
 * \`UPDATE_COVERAGE=1 npx vitest run test/articles\`.
 */
export const REFUSAL_CODES: Readonly<Record<string, readonly string[]>> = {
${Object.entries(table)
  .map(([name, codes]) => `  ${name}: [${codes.map(code => `'${code}'`).join(', ')}],\n`)
  .join('')}};
`;

const formatted = (source: string) =>
  execFileSync('npx', ['biome', 'format', `--stdin-file-path=${FILE}`], { input: source, encoding: 'utf8' });

describe('the refusals of commands', () => {
  it('stand in the list as the code has them', () => {
    expect(REFUSAL_CODES).toEqual(read);
  });

  it('every command that is offered is in it', () => {
    expect(commandRoutes.filter(({ command }) => !(command.name in read)).map(({ command }) => command.name)).toEqual(
      [],
    );
  });

  it('a refusal of the command itself, of a guard, of a helper that is given its code, and a hidden thing are found', () => {
    expect(read.StartVerification).toContain('404 not-found');
    const all = new Set(Object.values(read).flat());
    expect(all.size).toBeGreaterThan(200);
    expect([...all].filter(each => !/^(403|404|409|412|422) [a-z0-9-]+$/.test(each))).toEqual([]);
  });
});
