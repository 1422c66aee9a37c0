/** Panels as they stood at any moment of the walk, and who had undertaken secrecy by then (art-18, art-26). */
import type { DomainEvent } from '../../events/catalogue.ts';
import { confidentialityUndertakingSigned } from '../../events/enforcement.ts';
import { type PanelEvent, panelEventTypes } from '../../events/panel.ts';
import { isUndecided, mayEvaluate, type PanelStanding, pairOf, panelStanding } from '../../events/rules/panel.ts';
import { type Reference, reference } from './report.ts';

export const PANEL_KINDS = [...panelEventTypes, confidentialityUndertakingSigned] as const;

const PANEL_TYPES: ReadonlySet<string> = new Set(panelEventTypes.map(({ type }) => type));

function isOfPanel(event: DomainEvent): event is DomainEvent & PanelEvent {
  return PANEL_TYPES.has(event.type);
}

export class Panels {
  readonly #standings = new Map<string, PanelStanding>();
  /** The latest event about a panel, an expert and a unit. */
  readonly #about = new Map<string, Reference>();

  take(event: DomainEvent): void {
    if (!isOfPanel(event)) return;
    const { panelId } = event.data;
    const standing = panelStanding.evolve(this.#standings.get(panelId), event);
    if (standing) this.#standings.set(panelId, standing);
    if ('uscc' in event.data) this.#about.set(pairKey(panelId, event.data.expertId, event.data.uscc), reference(event));
  }

  of(panelId: string): PanelStanding | undefined {
    return this.#standings.get(panelId);
  }

  all(): readonly PanelStanding[] {
    return [...this.#standings.values()];
  }

  about(panelId: string, expertId: string, uscc: string): readonly Reference[] {
    const found = this.#about.get(pairKey(panelId, expertId, uscc));
    return found ? [found] : [];
  }

  /** Why the expert may not judge the unit now; none if he may. */
  flaws(panelId: string, expertId: string, uscc: string): readonly string[] {
    const standing = this.#standings.get(panelId);
    if (!standing) return ['技术评定组不存在'];
    if (mayEvaluate(standing, expertId, uscc)) return [];
    const pair = pairOf(standing, { expertId, uscc });
    const flaws = [
      ...(pair.declaration === undefined ? ['未就该单位申明利害关系'] : []),
      ...(pair.declaration === 'conflict' ? ['已申明存在利害关系'] : []),
      ...(pair.recused ? ['已回避该单位'] : []),
      ...(isUndecided(pair) ? ['利害关系线索或回避申请尚未决定'] : []),
      ...(standing.members.some(member => member === expertId) ? [] : ['不是技术评定组成员']),
      ...(standing.status === 'constituted' ? [] : ['技术评定组当时未成立']),
    ];
    return flaws.length > 0 ? flaws : ['该单位不在技术评定组的评定范围'];
  }
}

function pairKey(panelId: string, expertId: string, uscc: string): string {
  return `${panelId}/${expertId}/${uscc}`;
}

/** Who has signed the secrecy undertaking, in which role and for whom. */
export class Undertakings {
  readonly #signed = new Map<string, Reference>();

  take(event: DomainEvent): void {
    if (event.type !== 'confidentiality-undertaking.signed') return;
    this.#signed.set(signatory(event.data), reference(event));
  }

  signed(actor: { readonly accountId: string; readonly role: string; readonly orgId: string }): Reference | undefined {
    return this.#signed.get(signatory(actor));
  }
}

function signatory({ accountId, role, orgId }: { accountId: string; role: string; orgId: string }): string {
  return `${accountId}/${role}/${orgId}`;
}
