/** How many experts of the bank can be drawn: what a plan asks of panels is measured against it. */
import { untouched } from '../../events/event-type.ts';
import { type ExpertEvent, expertBankStream } from '../../events/expert.ts';
import { type Dependency, type Fold, stateOf } from '../command.ts';

type Active = Readonly<Record<string, boolean>>;

type BankEvent = Extract<ExpertEvent, { type: `expert.${'admitted' | 'reinstated' | 'suspended' | 'removed'}` }>;

const activeByExpert: Fold<Active, BankEvent> = {
  name: 'programme/active-experts',
  initial: {},
  evolve(state, event) {
    switch (event.type) {
      case 'expert.admitted':
      case 'expert.reinstated':
        return { ...state, [event.data.expertId]: true };
      case 'expert.suspended':
      case 'expert.removed':
        return { ...state, [event.data.expertId]: false };
      default:
        return untouched(state, event);
    }
  },
};

export const activeExperts: Dependency<number> = {
  async resolve(sources) {
    const bank = await stateOf(activeByExpert, expertBankStream).resolve(sources);
    return Object.values(bank).filter(Boolean).length;
  },
};
