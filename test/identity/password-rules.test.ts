import { describe, expect, it } from 'vitest';
import { accountIdSchema } from '../../events/ids.ts';
import { MIN_PASSWORD_LENGTH } from '../../infra/identity/credentials.ts';
import { passwordFault } from '../../infra/identity/password-rules.ts';

const owner = { accountId: accountIdSchema.parse('msr.chenwei'), name: '陈伟' };

describe('passwords that are refused', () => {
  it.each(['1234567890', 'qwertyuiop', 'Password123', '1q2w3e4r5t', 'ILOVEYOU123', '１２３４５６７８９０'])(
    'given %s, which the published list has, however it is written',
    async password => {
      expect(password.length).toBeGreaterThanOrEqual(MIN_PASSWORD_LENGTH);
      expect(await passwordFault(password, owner)).toBe('password-common');
    },
  );

  it.each(['msr.chenwei', 'MSR.ChenWei1', 'chenwei20240', '陈伟陈伟陈伟2024', 'gongguan-2024', '2024chenweimsr'])(
    'given %s, which is little more than what everybody knows of the account',
    async password => {
      expect(await passwordFault(password, owner)).toBe('password-own-name');
    },
  );

  it.each(['质量攻关 correct horse', 'outage of the system', 'another good one', 'chenwei likes the sea'])(
    'given %s, then it is taken',
    async password => {
      expect(await passwordFault(password, owner)).toBeUndefined();
    },
  );
});
