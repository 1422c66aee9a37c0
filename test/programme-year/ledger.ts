/** The key that signs the ledger: introduced on the log, and changed by the authority and the supervising body together. */
import { describe, expect, it } from 'vitest';
import { OFFICE, SUPERVISOR } from './cast.ts';
import type { Year } from './year.ts';

interface Key {
  readonly publicKey: string;
  readonly retiredOn?: string;
}

export function ledger(year: Year): void {
  describe('十二月：更换账本签名密钥 (December: the key of the ledger is changed)', () => {
    const keys = async () => (await year.client.public.get<{ keys: readonly Key[] }>('/ledger/keys')).keys;

    it('首个密钥由系统启用；更换由主管部门提出、监督机构确认，新密钥随即启用，旧密钥停用', async () => {
      await year.app.rotate();
      const [first, ...more] = await keys();
      expect(more).toEqual([]);

      const { id } = await year.as(OFFICE).post('/ledger/rotations', { reason: '密钥保管人离任。' });
      const confirmation = `/ledger/rotations/${id}/confirmation`;
      expect(await year.as(OFFICE).refused(confirmation)).toMatchObject({ status: 403 });
      await year.as(SUPERVISOR).post(confirmation);
      await year.app.rotate();

      const [old, next] = await keys();
      expect(old).toMatchObject({ publicKey: first?.publicKey, retiredOn: '2024-12-31T01:00:00.000Z' });
      expect(next?.publicKey).not.toBe(first?.publicKey);
      expect(await year.as(OFFICE).list('/ledger/rotations')).toMatchObject([
        { rotationId: id, stage: 'carried-out', introduced: { publicKey: next?.publicKey } },
      ]);
      const [told] = await year.as(SUPERVISOR).list<{ sentence: string }>('/trail?action=ledger.key-retired');
      expect(told?.sentence).toBe(
        `2024-12-31 09:00 系统停用了账本签名密钥 ${first?.publicKey}，理由：密钥保管人离任，依据内部制度（存证账本）`,
      );
    });
  });
}
