/** The draw is a function that anyone can repeat: with the shell alone, from nothing but what is published. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { candidateSetHash, drawOrder, takeFrom } from '../../events/rules/draw.ts';
import { sha256 } from '../../services/panel/state.ts';
import { samples } from '../support/controls.ts';
import fc from '../support/properties.ts';

const { candidates, candidateSetHash: published, seedCommitment } = samples['panel-formation.started'];
const { seed, beaconValue, picks, inactive } = samples['experts.drawn'];

/** What the comment of events/rules/draw.ts tells an outsider to type. */
function shell(script: string, env: Readonly<Record<string, string>> = {}): string {
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { ...process.env, ...env } }).trim();
}

describe('第十八条 工作方案 the draw of experts', () => {
  it('an outsider gets the hash of the candidates with sort and sha256sum', () => {
    const lines = [...candidates].reverse().join('\n');
    const script = 'printf "%s\\n" "$LINES_GIVEN" | LC_ALL=C sort | sha256sum | cut -c1-64';
    expect(shell(script, { LINES_GIVEN: lines })).toBe(published);
    expect(candidateSetHash(candidates, sha256)).toBe(published);
  });

  it('an outsider gets the commitment and the order with printf and sha256sum', () => {
    const env = { SEED: seed, BEACON: beaconValue ?? '', IDS: candidates.join(' ') };
    expect(shell('printf "%s" "$SEED" | sha256sum | cut -c1-64', env)).toBe(seedCommitment);
    const tickets =
      'for id in $IDS; do printf "%s %s\\n" "$(printf "%s\\n%s\\n%s" "$SEED" "$BEACON" "$id" | sha256sum | cut -c1-64)" "$id"; done';
    const order = shell(`${tickets} | LC_ALL=C sort | cut -d" " -f2`, env).split('\n');
    expect(drawOrder(candidates, { seed, beaconValue }, sha256)).toEqual(order);
    expect(takeFrom(order, picks.length, id => id !== 'expert-sun')).toEqual({ taken: picks, inactive });
  });

  it('given another seed or beacon, then the order is another', () => {
    const order = drawOrder(candidates, { seed, beaconValue }, sha256);
    expect(drawOrder(candidates, { seed: `${seed}1`, beaconValue }, sha256)).not.toEqual(order);
    expect(drawOrder(candidates, { seed }, sha256)).not.toEqual(order);
  });

  it('the order holds each candidate once and does not depend on how they are listed', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{2,8}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(ids, fc.string(), (list, anySeed) => {
        const order = drawOrder(list, { seed: anySeed }, sha256);
        expect(order.toSorted()).toEqual(list.toSorted());
        expect(drawOrder(list.toReversed(), { seed: anySeed }, sha256)).toEqual(order);
      }),
    );
  });

  it('every candidate is as likely as any other to be drawn', () => {
    const firsts = new Map<string, number>();
    for (let at = 0; at < 5_000; at += 1) {
      const [first = ''] = drawOrder(candidates, { seed: `seed ${at}` }, sha256);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    for (const id of candidates) expect(firsts.get(id)).toSatisfy(count => count > 900 && count < 1_100);
  });
});
