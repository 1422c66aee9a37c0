/** What the records say against a member follows the unit through its names and its successions (art-18, D-23, D-32). */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expertStream } from '../../events/expert.ts';
import { closesCircle, likenessOf, type Successions, successionsAfter } from '../../events/rules/organisations.ts';
import { unitStream } from '../../events/unit.ts';
import { routes } from '../../projections/panel/http.ts';
import * as unitCommands from '../../services/unit/commands.ts';
import { UNITS } from '../programme-year/cast.ts';
import { control } from '../support/controls.ts';
import { ask } from '../support/fold.ts';
import fc from '../support/properties.ts';
import {
  conflict,
  constitution,
  EXPERTS,
  formation,
  HAIHE,
  PANEL,
  PanelSystem,
  SEED,
  SUP,
  startInput,
} from './system.ts';

/** Came before HAIHE, and after it. */
const [OLD, NEW] = [UNITS.hospital, UNITS.jinmen];

let system: PanelSystem;
beforeEach(async () => {
  system = await PanelSystem.open();
});
afterEach(() => system[Symbol.asyncDispose]());

const register = (unit: { readonly uscc: string; readonly name: string }) =>
  system.record(
    unitStream(unit.uscc as never),
    control('unit.registered', { uscc: unit.uscc, name: unit.name } as never),
  );
const succeed = (uscc: string, predecessor: string, effectiveOn = '2023-06-01') =>
  system.record(
    unitStream(uscc as never),
    control('unit.successor-recorded', { uscc, predecessor, effectiveOn } as never),
  );

/** All experts come to work somewhere. */
async function employ(employerName: string, employerUscc?: string): Promise<void> {
  for (const expertId of EXPERTS) {
    const moved = control('expert.profile-updated', { expertId, employerName, employerUscc } as never);
    await system.record(expertStream(expertId as never), moved);
  }
}

/** What the draw detects of HAIHE, once a kind. */
async function detected(): Promise<{ rule: string; grounds: string }[]> {
  const facts = await system.done(formation.drawExperts, { panelId: PANEL, seed: SEED });
  const about = facts.slice(1).map(({ data }) => data as { rule: string; grounds: string; uscc: string });
  const found = about.filter(({ uscc }) => uscc === HAIHE.uscc).map(({ rule, grounds }) => ({ rule, grounds }));
  return found.filter(({ rule }, at) => found.findIndex(other => other.rule === rule) === at);
}

describe('第十八条 an employer is the unit however it is written', () => {
  it.each([
    ['spaces', HAIHE.name.replace('有限', ' 有限 ')],
    ['width and brackets', `（${HAIHE.name.slice(0, 2)}）${HAIHE.name.slice(2)}`],
    ['an invisible sign', `${HAIHE.name.slice(0, 2)}\u200B${HAIHE.name.slice(2)}`],
  ])('given a name that differs by %s, then it is detected', async (_by, name) => {
    await employ(name);
    await system.start();
    expect(await detected()).toMatchObject([{ rule: 'same-employer' }]);
  });

  it.each([
    ['the unit’s own', () => Promise.resolve(), HAIHE],
    ['a predecessor’s', () => succeed(HAIHE.uscc, NEW.uscc), NEW],
  ])(
    'given a name that differs from %s by the form of company alone, then nobody is stopped, and it is shown',
    async (_whose, past, unit) => {
      await register(unit);
      await past();
      await employ(unit.name.replace(/有限公司$/, '股份有限公司'));
      await system.start();
      expect(await detected()).toEqual([]);
      const input = { panelId: PANEL };
      const matrix = await ask(routes, 'GetConflictMatrix', input, SUP, await system.reader());
      const { units } = matrix as { units: { uscc: string; cells: { possible: unknown[]; detected: unknown[] }[] }[] };
      const [cells = []] = units.filter(({ uscc }) => uscc === HAIHE.uscc).map(({ cells: found }) => found);
      expect(cells).toHaveLength(3);
      for (const { possible, detected: known } of cells) {
        expect(known).toEqual([]);
        expect(possible).toEqual([
          { rule: 'same-employer', grounds: expect.stringMatching(/名称仅公司形式不同，是否同一单位待核实$/) },
        ]);
      }
    },
  );

  it('given an employer that is no such thing, then nothing is shown', async () => {
    await system.drawn();
    const matrix = await ask(routes, 'GetConflictMatrix', { panelId: PANEL }, SUP, await system.reader());
    expect(JSON.stringify(matrix)).not.toContain('公司形式');
  });

  it('given an employer whose name fills a line, then the draw is made and the grounds tell its beginning', async () => {
    await employ('长'.repeat(200), HAIHE.uscc);
    await system.start();
    expect(await detected()).toMatchObject([{ rule: 'same-employer', grounds: expect.stringMatching(/长…$/) }]);
  });
});

describe('D-32 a unit is the units that it succeeds to, and those that succeed to it', () => {
  it.each([
    ['predecessor', () => succeed(HAIHE.uscc, OLD.uscc), OLD, '为该单位所承继的单位'],
    ['successor', () => succeed(NEW.uscc, HAIHE.uscc), NEW, '为承继该单位的单位'],
  ])(
    'given an employer that is its %s, by code or by name, then it is detected',
    async (_relation, related, unit, said) => {
      await register(unit);
      await related();
      await employ(unit.name);
      await system.start();
      expect(await detected()).toMatchObject([{ rule: 'same-employer', grounds: expect.stringContaining(said) }]);
      await system.done(constitution.dissolvePanel, { panelId: PANEL, reason: '重新分组' });
      await employ('某公司', unit.uscc);
      await system.done(formation.startPanelFormation, startInput({ panelId: '2024-again' }));
      const again = await system.done(formation.drawExperts, { panelId: '2024-again', seed: SEED });
      expect(again.map(({ data }) => (data as { rule?: string }).rule)).toContain('same-employer');
    },
  );

  it('given a former employer that it has succeeded to through another, then it is detected', async () => {
    await succeed(HAIHE.uscc, UNITS.society.uscc);
    await succeed(UNITS.society.uscc, OLD.uscc);
    await employ('某公司', OLD.uscc);
    await employ('天津大学');
    await system.start();
    expect(await detected()).toMatchObject([{ rule: 'former-employer' }]);
  });

  it('given a succession that is yet to come, then it does not count', async () => {
    await succeed(HAIHE.uscc, OLD.uscc, '2024-11-05');
    await employ('某公司', OLD.uscc);
    await system.start();
    expect(await detected()).toEqual([]);
  });

  it('given a recusal from the unit that it has succeeded to, then it is detected in the next panel', async () => {
    const [first = ''] = await system.drawn();
    await system.declare(first, [conflict(HAIHE)]);
    await system.done(constitution.dissolvePanel, { panelId: PANEL, reason: '重新分组' });
    await succeed(NEW.uscc, HAIHE.uscc);
    await system.done(formation.startPanelFormation, startInput({ panelId: '2024-next' }));
    const facts = await system.done(formation.drawExperts, { panelId: '2024-next', seed: SEED });
    const units = facts.slice(1).map(({ data }) => data as { expertId: string; uscc: string; rule: string });
    expect(units).toMatchObject([
      { expertId: first, uscc: HAIHE.uscc, rule: 'earlier-recusal' },
      { expertId: first, uscc: NEW.uscc, rule: 'earlier-recusal' },
    ]);
  });
});

describe('successions make no circle', () => {
  const succession = (uscc: string, predecessor: string) => ({
    uscc,
    predecessor,
    kind: '合并',
    document: '津国资〔2023〕9号',
    effectiveOn: '2023-06-01',
  });

  it('given a unit that came from another, directly or through a third, then the other way round is refused', async () => {
    for (const unit of [OLD, HAIHE, NEW]) await register(unit);
    await system.done(unitCommands.recordUnitSuccessor, succession(HAIHE.uscc, OLD.uscc));
    await system.done(unitCommands.recordUnitSuccessor, succession(NEW.uscc, HAIHE.uscc));
    for (const predecessor of [HAIHE.uscc, NEW.uscc]) {
      const refusal = await system.refused(unitCommands.recordUnitSuccessor, succession(OLD.uscc, predecessor));
      expect(refusal).toMatchObject({ code: 'succession-circle', kind: 'conflict' });
      expect(refusal.rule).toBeUndefined();
    }
    expect(await system.done(unitCommands.recordUnitSuccessor, succession(NEW.uscc, OLD.uscc))).toHaveLength(1);
    expect(await system.done(unitCommands.recordUnitSuccessor, succession(HAIHE.uscc, OLD.uscc))).toEqual([]);
  });

  it('given any successions that were accepted, then no unit is its own predecessor', () => {
    const unit = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.array(fc.tuple(unit, unit), { maxLength: 15 }), pairs => {
        let known: Successions = {};
        for (const [uscc, predecessor] of pairs) {
          if (closesCircle(known, uscc, predecessor)) continue;
          const data = { uscc, predecessor, effectiveOn: '2023-01-01' };
          known = successionsAfter(known, { data } as Parameters<typeof successionsAfter>[1]);
        }
        const ancestors = (of: string, seen: readonly string[]): readonly string[] =>
          (known[of]?.predecessors ?? []).flatMap(({ uscc }) => [uscc, ...ancestors(uscc, [...seen, uscc])]);
        for (const each of ['a', 'b', 'c', 'd', 'e']) expect(ancestors(each, [])).not.toContain(each);
      }),
    );
  });
});

describe('likeness of organisations', () => {
  it.each([
    ['海河装备有限公司', '海河装备有限公司', 'same'],
    ['海河装备（天津）有限公司', '海河装备(天津)有限公司', 'same'],
    ['海河装备〔天津〕有限公司', '海河装备天津有限公司', 'same'],
    ['ＡＢＣ　精机有限公司', 'abc 精机有限公司', 'same'],
    ['海河装备有限公司', '海河装备股份有限公司', 'possible'],
    ['海河装备有限公司', '海河装备有限责任公司', 'possible'],
    ['海河装备集团有限公司', '海河装备有限公司', 'possible'],
    ['海河装备（集团）有限公司', '海河装备', 'possible'],
    ['海河装备公司', '海河制造公司', undefined],
    ['有限公司', '集团', undefined],
    ['天津大学', '天津大学医院', undefined],
  ])('%s and %s: %s', (one, other, likeness) => {
    expect(likenessOf({ name: one }, { name: other })).toBe(likeness);
    expect(likenessOf({ name: other }, { name: one })).toBe(likeness);
  });

  it('given one credit code, then one organisation, whatever it is called', () => {
    expect(likenessOf({ name: '甲公司', uscc: 'x' }, { name: '乙研究院', uscc: 'x' })).toBe('same');
    expect(likenessOf({ name: '甲公司' }, { name: '乙研究院' })).toBeUndefined();
  });
});
