import { expect, it } from 'vitest';
import { madeOnce } from '../../infra/http/made-once.ts';

it('given many who ask at once and later, then it is made once', async () => {
  let times = 0;
  const ask = madeOnce(async () => {
    times += 1;
    return {};
  });
  const [one, other] = await Promise.all([ask(), ask()]);
  expect(other).toBe(one);
  expect(await ask()).toBe(one);
  expect(times).toBe(1);
});

it('given it could not be made, then all who waited are told so, and it is tried again for whoever asks next', async () => {
  let times = 0;
  const ask = madeOnce(async () => {
    times += 1;
    if (times === 1) throw new Error('no pages');
    return 'pages';
  });
  const told = await Promise.allSettled([ask(), ask()]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask()).toBe('pages');
  expect(times).toBe(2);
});
