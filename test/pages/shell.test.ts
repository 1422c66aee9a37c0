/** What stands around a page: the room that it belongs to; and what things are called in it. */
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { panelName } from '../../infra/pages/parts/format.ts';
import { htmlOf } from '../../infra/pages/shell.tsx';

const who = { accountId: 'x', role: 'MSR', name: '王', orgId: 'msr', orgName: '市局', hasOthers: false };

/** The ways in the head that are marked as the present one. */
function roomsOf(address: string): readonly string[] {
  const here = new URL(address, 'http://page');
  const html = htmlOf({ title: '页', here, who: who as never }, h('p', {}));
  return [...html.matchAll(/<a [^>]*aria-current="page"[^>]*>([^<]+)</g)].map(([, label]) => label as string);
}

describe('the head of a page', () => {
  it.each([
    ['/act/RegisterUnit', '台账'],
    ['/act/RegisterUnit?to=/units', '台账'],
    ['/act/ApproveProject?projectId=2024-x&to=/projects/2024-x?tab=review', '项目'],
    ['/act/OpenFraudCase?to=/work', '待办'],
    ['/act/RegisterUnit?to=//', '公开信息'],
    ['/act/RegisterUnit?to=http://elsewhere', '台账'],
    ['/units', '台账'],
    ['/years/2024/plan', '公开信息'],
  ])('given %s, then it belongs to %s', (address, room) => expect(roomsOf(address)).toEqual([room]));
});

describe('a panel', () => {
  it.each([
    ['2024-1', '2024年度第1技术评定组'],
    ['2024-technical', '2024年度技术评定组（技术类）'],
    ['2024-a-name-of-its-own', '2024年度技术评定组（a-name-of-its-own）'],
    ['none', 'none'],
  ])('of the id %s is called %s', (panelId, name) => expect(panelName(panelId)).toBe(name));
});
