/** A fold that meets a kind of event which it has no case for must not compile: no `default` swallows it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const LAYERS = ['events', 'services', 'projections'];

/** Questions about any event of the catalogue, not folds of declared kinds, and what they ask. */
const ASKED_OF_ANY: Readonly<Record<string, string>> = {
  'services/privacy/ties.ts': 'whether an event of any kind ties a person',
  'projections/report/acted-as.ts': 'whose act an event of any kind should have been',
  'projections/report/reruns.ts': 'what of the bank and of draws an event of any kind says',
};

/** Every `switch` over the type of an event, with the statement of its `default`. */
function swallowing(text: string): readonly string[] {
  const switches = text.matchAll(/^( *)switch \((?:\w+\.)?type\) \{\n([\s\S]*?)^\1\}/gm);
  return [...switches].flatMap(([, indent = '', body = '']) => {
    const [, branch] = body.split(new RegExp(`^${indent}  default:`, 'm'));
    // Handed on to what declares the kinds that are left: `untouched`, or a fold of its own.
    return branch === undefined || /\b(event|recorded)\)/.test(branch) ? [] : [branch.trim()];
  });
}

describe('folds', () => {
  it.each(LAYERS)('%s: none has a default that swallows kinds of event', layer => {
    const files = readdirSync(layer, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
    const found = files
      .map(file => `${layer}/${file}`)
      .filter(path => swallowing(readFileSync(path, 'utf8')).length > 0 && !(path in ASKED_OF_ANY));
    expect(found).toEqual([]);
  });

  it('given the exceptions, then each is one still', () => {
    for (const path of Object.keys(ASKED_OF_ANY)) expect(swallowing(readFileSync(path, 'utf8')), path).not.toEqual([]);
  });

  it('given a planted default, then it is found; one that hands the event on is not', () => {
    const fold = (branch: string) =>
      `function evolve(state, event) {\n  switch (event.type) {\n    case 'unit.registered':\n      return {};\n    default:\n      ${branch}\n  }\n}\n`;
    expect(swallowing(fold('return state;'))).toHaveLength(1);
    expect(swallowing(fold('return untouched(state, event);'))).toEqual([]);
  });
});
