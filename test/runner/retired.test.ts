import { expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { createReader } from '../../infra/compose/reader.ts';
import type { Checkpoint } from '../../projections/ports.ts';

const standing = (projection: string): Checkpoint => ({
  projection,
  version: 1,
  generation: 1,
  state: 'live',
  position: START,
  handled: 0,
  ignored: 0,
  unknown: 0,
  quarantined: 0,
  updatedAt: '2024-12-28T02:00:00.000Z',
  term: 0,
});

it('given rows of a read model that the program no longer has, then queries do not take it for one that lags', async () => {
  const projector = {
    specOf: () => ({ name: 'rows', indexes: [] }),
    checkpoints: async () => [standing('boards'), standing('given-up')],
  };
  const reader = createReader({ projections: [{ name: 'boards' }], projector } as never);
  expect((await reader.checkpoints()).map(({ projection }) => projection)).toEqual(['boards']);
});
