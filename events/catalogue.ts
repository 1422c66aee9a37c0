/** Every kind of event, once. */
import { accountFacts } from './account.ts';
import { applicationFacts, titleFacts } from './application.ts';
import { bodyFacts } from './body.ts';
import { calendarFacts } from './calendar.ts';
import { enforcementFacts } from './enforcement.ts';
import { entrustmentFacts } from './entrustment.ts';
import { evaluationFacts } from './evaluation.ts';
import { expertFacts } from './expert.ts';
import type { EventsOf, FactType } from './fact.ts';
import { implementationFacts } from './implementation.ts';
import { panelFacts } from './panel.ts';
import { privacyFacts } from './privacy.ts';
import { programmeFacts } from './programme.ts';
import { incentiveFacts, promotionFacts } from './promotion.ts';
import { excellentListFacts, recognitionFacts } from './recognition.ts';
import { reminderFacts } from './reminder.ts';
import { resultFacts } from './result.ts';
import { rulebookFacts } from './rulebook.ts';
import { trainingFacts } from './training.ts';
import { unitFacts } from './unit.ts';

export const facts = [
  ...rulebookFacts,
  ...accountFacts,
  ...entrustmentFacts,
  ...bodyFacts,
  ...unitFacts,
  ...expertFacts,
  ...recognitionFacts,
  ...calendarFacts,
  ...programmeFacts,
  ...applicationFacts,
  ...titleFacts,
  ...trainingFacts,
  ...implementationFacts,
  ...resultFacts,
  ...panelFacts,
  ...enforcementFacts,
  ...evaluationFacts,
  ...excellentListFacts,
  ...promotionFacts,
  ...incentiveFacts,
  ...reminderFacts,
  ...privacyFacts,
] as const;

/** Any event of the product. */
export type DomainEvent = EventsOf<typeof facts>;
export type EventType = DomainEvent['type'];

/** Kinds by wire name; a name declared twice is a fault of the build. */
export const catalogue: ReadonlyMap<string, FactType> = index(facts as unknown as readonly FactType[]);

function index(kinds: readonly FactType[]): ReadonlyMap<string, FactType> {
  const byType = new Map<string, FactType>();
  for (const kind of kinds) {
    if (byType.has(kind.type)) throw new Error(`event type declared twice: ${kind.type}`);
    byType.set(kind.type, kind);
  }
  return byType;
}
