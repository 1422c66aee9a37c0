/**
 * Item by item nothing is left of somebody who was erased: what a system that runs has on disk and has said, what a killed
 * one and a closed one leave, what is exported later, and what comes back from a backup that is older.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reports } from '../../projections/report/index.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { ask, askAll, targetOf } from '../http/authorisation-asking.ts';
import { gongguan } from '../support/command-line.ts';
import { MSR } from '../support/given.ts';
import { temporaryDirectory } from '../support/log.ts';
import { House, NAMED_ONCE, SUP_ACCOUNT, THOROUGHLY_NAMED, UNIT } from './house.ts';
import { formsOf, type Secret, tracesOf } from './traces.ts';

const ERASED = { timeout: 60_000, interval: 200 };

describe('the search for traces', () => {
  const root = temporaryDirectory();
  afterAll(() => root[Symbol.dispose]());
  const name: Secret = { name: 'name', bytes: Buffer.from(THOROUGHLY_NAMED) };
  const key: Secret = { name: 'key', bytes: Buffer.from('c3'.repeat(16) + '00ff'.repeat(8), 'hex') };

  it.each([name, key].flatMap(secret => formsOf(secret.bytes).map(([form, bytes]) => ({ secret, form, bytes }))))(
    'finds a planted $secret.name as $form',
    ({ secret, form, bytes }) => {
      const path = join(root.path, 'planted');
      writeFileSync(path, Buffer.concat([Buffer.alloc(4_001, 'x'), bytes, Buffer.from('after')]));
      expect(tracesOf([secret], root.path)).toContainEqual(expect.stringContaining(` as ${form} in `));
    },
  );

  it.each([0, 1, 2])('finds what was encoded with %i bytes before it', before => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(before, 'a'), key.bytes, Buffer.from('zz')]).toString(encoding);
      writeFileSync(join(root.path, 'planted'), text);
      expect(tracesOf([key], root.path)).not.toEqual([]);
    }
  });
});

describe('a person who was erased', () => {
  const root = temporaryDirectory();
  const at = (name: string) => join(root.path, name);
  const [data, log, temporary] = [at('data'), at('said.log'), at('tmp')];
  const left = [data, log, temporary];
  let house: House;
  let secrets: readonly Secret[];

  const traces = (...paths: readonly string[]) => tracesOf(secrets, ...paths);

  /** Every query and report there is, asked by those who may see most. */
  async function askEverything(): Promise<string> {
    const tokens = [await house.signIn(MSR.accountId), await house.signIn(SUP_ACCOUNT)];
    const words = { year: 2024, projectId: '2024-7k3m9qwz', orgId: UNIT, uscc: UNIT };
    const asked = [
      ...queryRoutes.map(route => targetOf({ ...route, method: 'GET' }, words)),
      ...reports.map(({ number }) => ({ method: 'GET', path: `/reports/${number}`, body: {} })),
    ];
    const questions = asked.flatMap(target => tokens.map(token => ({ target, token })));
    const answers = await askAll(questions, ({ target, token }) => ask(`${house.told.url}/api/v1`, target, token));
    return answers.map(({ text }) => text).join('\n');
  }

  beforeAll(async () => {
    mkdirSync(temporary);
    house = await House.start(data, { log, temporary });
    const { thorough, once } = house.told.keys;
    secrets = [
      { name: 'the name in every value', bytes: Buffer.from(THOROUGHLY_NAMED) },
      { name: 'the name in one value', bytes: Buffer.from(NAMED_ONCE) },
      { name: 'the key of every value', bytes: Buffer.from(thorough, 'hex') },
      { name: 'the key of one value', bytes: Buffer.from(once, 'hex') },
    ];
  }, 120_000);
  afterAll(async () => {
    await house?.kill();
    root[Symbol.dispose]();
  });

  it('is told to those who may know, before; on disk stand his keys alone', { timeout: 180_000 }, async () => {
    const told = await askEverything();
    expect(told).toContain(THOROUGHLY_NAMED);
    expect(told).toContain(NAMED_ONCE);
    expect(await gongguan(['backup', at('backup')], { data })).toMatchObject({ code: 0, stderr: '' });
    const found = traces(...left);
    expect(found).not.toEqual([]);
    for (const trace of found) expect(trace).toMatch(/^the key of .* as bytes in data\/vault\.db(-wal)?$/);
  });

  it('leaves no trace while the system runs on', { timeout: 180_000 }, async () => {
    const [msr, sup] = [await house.signIn(MSR.accountId), await house.signIn(SUP_ACCOUNT)];
    const order = {
      person: { orgId: UNIT, name: NAMED_ONCE },
      askedBy: '本人',
      reason: '不再参与。',
      legalGround: '《个人信息保护法》第四十七条',
    };
    const ordered = await house.call('POST', '/erasures', { token: msr, body: order });
    expect(ordered.status, ordered.text).toBe(201);
    const { id } = JSON.parse(ordered.text) as { id: string };
    const confirmed = await house.call('POST', `/erasures/${id}/confirmation`, { token: sup, body: {} });
    expect(confirmed.status, confirmed.text).toBeLessThan(300);
    house.confirmErasure();
    await vi.waitFor(async () => {
      const { text } = await house.call('GET', '/erasures?stage=erased&limit=100', { token: sup });
      expect(text).toContain('thorough');
      expect(text).toContain(id);
    }, ERASED);
    expect(traces(...left)).toEqual([]);
    const told = await askEverything();
    for (const name of [THOROUGHLY_NAMED, NAMED_ONCE]) expect(told).not.toContain(name);
    expect(traces(...left)).toEqual([]);
  });

  it('is in nothing that is exported or copied later', { timeout: 180_000 }, async () => {
    for (const args of [
      ['export', 'trail', '--format', 'ndjson', '--output', at('trail.ndjson')],
      ['export', 'erasures', '--output', at('erasures.json')],
      ['backup', at('later-backup')],
    ]) {
      expect(await gongguan(args, { data })).toMatchObject({ code: 0 });
    }
    expect(traces(at('trail.ndjson'), at('erasures.json'), at('later-backup'))).toEqual([]);
  });

  it('leaves no trace when the system is killed, nor when it is started again and closed', {
    timeout: 180_000,
  }, async () => {
    await house.kill();
    expect(traces(...left)).toEqual([]);
    house = await House.start(data, { log, temporary });
    expect(house.told.keys).toEqual({ thorough: '', once: '' });
    await house.close();
    expect(traces(...left)).toEqual([]);
  });

  it('does not come back from a backup that still holds his keys', { timeout: 180_000 }, async () => {
    expect(traces(at('backup'))).not.toEqual([]);
    const restored = await gongguan(['restore', at('backup'), '--replacing', data], { data: at('restored') });
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('再次删除 erased again: 2 人') });
    expect(traces(at('restored'))).toEqual([]);
    const trail = ['export', 'trail', '--format', 'ndjson', '--output', at('restored-trail.ndjson')];
    expect(await gongguan(trail, { data: at('restored') })).toMatchObject({ code: 0 });
    expect(traces(at('restored'), at('restored-trail.ndjson'))).toEqual([]);
  });
});
