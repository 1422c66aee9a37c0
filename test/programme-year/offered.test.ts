/** The year asks, before each command, whether it is offered: what is told and what happens must not differ. */
import { describe, expect, it } from 'vitest';
import { mustBeRefusedAsOffered, mustHaveBeenOffered } from './client.ts';

const offer = { command: 'ApproveProject', may: true };
const no = { ...offer, may: false, why: { code: 'wrong-stage', zh: '项目目前处于“填报中”，不能办理此事项' } };

describe('offers beside what happens', () => {
  it.each([
    ['was not offered', undefined],
    ['was told to be impossible', no],
  ])('given an act that %s and is recorded, then the year stops', (_how, offered) => {
    expect(() => mustHaveBeenOffered('/projects/x/approval', offered, ['project.approved'])).toThrow('not offered');
    expect(() => mustHaveBeenOffered('/projects/x/approval', offered, [])).not.toThrow();
  });

  it('given a refusal for another reason than was told, then the year stops', () => {
    const refused = { code: 'project-held', detail: '项目已暂缓，待处理决定' };
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', no, refused)).toThrow('wrong-stage');
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', offer, refused)).not.toThrow();
    const told = { code: no.why.code, detail: no.why.zh };
    expect(() => mustBeRefusedAsOffered('/projects/x/approval', no, told)).not.toThrow();
  });
});
