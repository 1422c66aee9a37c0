/** Who is who in the demo year: one person has one name, in the expert bank and at his account. */
import { describe, expect, it } from 'vitest';
import { demoYear } from '../infra/demo/year.ts';

interface Named {
  readonly name: string;
  readonly expertId?: string;
  readonly grant?: { readonly role: string; readonly orgId: string };
}

describe('an expert of the demo who has an account', () => {
  it('is called there as in the bank', async () => {
    const inputs = async (command: string) =>
      Promise.all(
        demoYear()
          .filter(step => step.command === command)
          .map(step => step.input(undefined as never) as Named),
      );
    const bank = new Map((await inputs('AdmitExpert')).map(({ expertId, name }) => [expertId, name]));
    const accounts = (await inputs('RegisterAccount')).filter(({ grant }) => grant?.role === 'EXPERT');
    expect(accounts.length).toBeGreaterThan(14);
    expect(accounts.filter(({ name, grant }) => name !== bank.get(grant?.orgId))).toEqual([]);
  });
});
