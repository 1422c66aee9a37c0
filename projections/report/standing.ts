/** Who held which role when an act was recorded, and what the third party was entrusted with (domain 1.2, art-05 （二）). */
import type { Grant } from '../../events/account.ts';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { Actor } from '../../events/envelope.ts';
import type { CivilDate } from '../../events/time.ts';

interface Holder {
  disabled: boolean;
  grants: Grant[];
}

/** The roles of all accounts, as far as the log has been read. */
export class Roles {
  readonly #holders = new Map<string, Holder>();

  take(event: DomainEvent): void {
    switch (event.type) {
      case 'account.registered':
        this.#holders.set(event.data.accountId, { disabled: false, grants: [event.data.grant] });
        break;
      case 'account.role-granted':
        this.#of(event.data.accountId).grants.push(event.data.grant);
        break;
      case 'account.role-revoked': {
        const { accountId, role, orgId, lastDay } = event.data;
        const holder = this.#of(accountId);
        holder.grants = holder.grants.map(grant =>
          grant.role === role && grant.orgId === orgId && (!grant.lastDay || grant.lastDay > lastDay)
            ? { ...grant, lastDay }
            : grant,
        );
        break;
      }
      case 'account.disabled':
        this.#of(event.data.accountId).disabled = true;
        break;
      case 'account.enabled':
        this.#of(event.data.accountId).disabled = false;
        break;
    }
  }

  /** Whether the actor held the role for the organisation on a date. The system holds its own. */
  held({ accountId, role, orgId }: Actor, date: CivilDate): boolean {
    if (role === 'SYS') return true;
    const holder = this.#holders.get(accountId);
    return (
      holder !== undefined &&
      !holder.disabled &&
      holder.grants.some(
        grant =>
          grant.role === role &&
          grant.orgId === orgId &&
          grant.from <= date &&
          (grant.lastDay === undefined || date <= grant.lastDay),
      )
    );
  }

  #of(accountId: string): Holder {
    const holder = this.#holders.get(accountId) ?? { disabled: false, grants: [] };
    this.#holders.set(accountId, holder);
    return holder;
  }
}

/** What each clerical command records. Nothing else can be done under an entrustment (D-8). */
export const CLERICAL_ACTS: Readonly<Partial<Record<DomainEvent['type'], string>>> = {
  'organising-work.recorded': 'RecordOtherOrganisingWork',
  'work-plan.drafted': 'DraftWorkPlan',
  'application-window.opened': 'OpenApplications',
  'application-window.closed': 'CloseApplications',
  'unit.registered': 'RegisterUnit',
  'unit.registration-verified': 'VerifyUnitRegistration',
  'similarity.checked': 'RunSimilarityCheck',
  'project-plan.compiled': 'CompileProjectPlan',
  'excellent-result.earlier-recorded': 'RecordEarlierExcellentResult',
};

interface Mandate {
  readonly from: CivilDate;
  lastDay: CivilDate;
  /** Oldest first. */
  readonly scopes: { readonly from: CivilDate; readonly commands: readonly string[] }[];
}

/** All entrustments, as far as the log has been read. */
export class Mandates {
  readonly #mandates = new Map<string, Mandate>();

  take(event: DomainEvent): void {
    switch (event.type) {
      case 'third-party.entrusted': {
        const { entrustmentId, from, lastDay, scope } = event.data;
        this.#mandates.set(entrustmentId, { from, lastDay, scopes: [{ from, commands: scope }] });
        break;
      }
      case 'entrustment.scope-changed': {
        const { entrustmentId, from, scope } = event.data;
        this.#mandates.get(entrustmentId)?.scopes.push({ from, commands: scope });
        break;
      }
      case 'entrustment.terminated': {
        const mandate = this.#mandates.get(event.data.entrustmentId);
        if (mandate) mandate.lastDay = event.data.lastDay;
        break;
      }
    }
  }

  /** Why an act of a type lies outside an entrustment on a date, or undefined if it does not. */
  fault(entrustmentId: string | undefined, type: string, date: CivilDate): string | undefined {
    if (entrustmentId === undefined) return '未注明所依据的委托';
    const mandate = this.#mandates.get(entrustmentId);
    if (!mandate) return '没有相应的委托';
    if (date < mandate.from || date > mandate.lastDay) return `不在委托期限（${mandate.from}至${mandate.lastDay}）内`;
    const command = CLERICAL_ACTS[type as DomainEvent['type']];
    if (command === undefined) return '不属于可委托的事务性工作';
    const scope = mandate.scopes.findLast(({ from }) => from <= date);
    return scope?.commands.includes(command) ? undefined : `委托事项不含 ${command}`;
  }
}
