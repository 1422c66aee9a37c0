/** How the form of a command is filled in, checked and sent: through the same function as over the API. */
import { randomUUID } from 'node:crypto';
import { oversees } from '../../../projections/query.ts';
import { fieldsNaming } from '../../../services/offers.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import type { CommandRoute } from '../../../services/route.ts';
import type { KeptDraft } from '../../drafts/drafts.ts';
import { parametersOf } from '../../http/endpoint.ts';
import { faultsOf } from '../../http/input.ts';
import { outcomeOf } from '../../http/outcome.ts';
import { type Problem, problemOf } from '../../http/problem.ts';
import { callerOf, type RequestContext, sendJson } from '../../http/request-context.ts';
import { commandSender, mustBeAllowedTo, type SentAndAccepted } from '../../http/sending.ts';
import { addressOfPage, goTo, sendPage } from '../answer.ts';
import { askingOf } from '../endpoint.ts';
import type { Asking } from '../page.ts';
import { returnTo } from '../return-to.ts';
import { actAddress } from './address.ts';
import { draftAddress, draftOf, fixedIn } from './draft.ts';
import type { ActPorts } from './endpoint.ts';
import { actOf, begin, type CommandForm, commandForm, type FormShown, keepGiven } from './form.ts';
import { ShownOnce } from './once.tsx';
import { OWN } from './own.ts';
import { readTyped } from './reading.ts';
import { storedAt } from './stored.ts';
import { tellNext } from './told.ts';
import { inputOf, instantOf, rowNumbers, type Typed } from './typed.ts';
import { CheckView, EndedView, FormView, HandedOver } from './views.tsx';

/** The form of one command, shown and taken; its fields are read from the schema when it is made. */
export class Form {
  readonly #route: CommandRoute;
  readonly #ports: ActPorts;
  readonly #form: CommandForm;
  readonly #send: ReturnType<typeof commandSender>;

  constructor(route: CommandRoute, ports: ActPorts) {
    this.#route = route;
    this.#ports = ports;
    this.#form = commandForm(route, { keepsDrafts: ports.drafts !== undefined });
    this.#send = commandSender(route, ports);
  }

  async show(context: RequestContext): Promise<void> {
    await mustBeAllowedTo(this.#route.command, context, this.#ports);
    const { searchParams } = new URL(context.req.originalUrl, 'http://page');
    const typed: Typed = new Map(searchParams);
    keepGiven(this.#form, typed);
    typed.set(OWN.key, randomUUID());
    const draft = await this.#draftOf(context, typed);
    const laid = await begin(this.#form, typed, this.#asking(context), draft);
    await this.#sendForm(context, 200, typed, { laid, draftSavedAt: draft?.savedAt });
  }

  /** The draft that was left at this form; a form is there also while none can be read. */
  async #draftOf(context: RequestContext, typed: Typed): Promise<KeptDraft | undefined> {
    const { drafts } = this.#ports;
    if (!drafts) return undefined;
    try {
      return await drafts.at(callerOf(context).actor, this.#addressOf(typed));
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  #addressOf(typed: Typed): string {
    return draftAddress(this.#route.command.name, fieldsNaming(this.#route), typed);
  }

  async take(context: RequestContext): Promise<void> {
    if (!context.caller) {
      await this.#keep(context);
      return;
    }
    await mustBeAllowedTo(this.#route.command, context, this.#ports);
    const { typed, refused } = await readTyped(context, this.#ports.blobs);
    const [doing = 'check', where = ''] = (typed.get(OWN.doing) ?? 'check').split(/:(.*)/s);
    typed.delete(OWN.doing);
    if (doing === 'autosave') return this.#saveWhileTyping(context, typed);
    if (doing === 'upload') return sendUploaded(context, typed, refused);
    if (refused.size > 0) {
      const faults = new Map([...refused].map(([at, { text }]) => [at, text.zh]));
      return this.#sendForm(context, 422, typed, { faults });
    }
    if (doing === 'send') return this.#sendCommand(context, typed);
    if (doing === 'check') return this.#check(context, typed);
    if (doing === 'save') return this.#save(context, typed);
    if (doing === 'discard') return this.#discard(context, typed, where);
    const sought = doing === 'find' ? where : undefined;
    await this.#sendForm(context, 200, typed, { focus: sought ?? changed(typed, doing, where), sought });
  }

  /** Keeps what was typed, and shows the form again as it will be found. */
  async #save(context: RequestContext, typed: Typed): Promise<void> {
    try {
      await this.#keepDraft(context, typed);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) throw error;
      return this.#sendForm(context, problem.status, typed, { problem });
    }
    goTo(context, this.#formAddress(typed));
  }

  async #keepDraft(context: RequestContext, typed: Typed): Promise<void> {
    const draft = draftOf(this.#route.command.name, this.#addressOf(typed), typed);
    await this.#ports.drafts?.keep(callerOf(context).actor, draft, typed.get(OWN.key) ?? '');
  }

  /** For a script, which says it beside the form. */
  async #saveWhileTyping(context: RequestContext, typed: Typed): Promise<void> {
    try {
      await this.#keepDraft(context, typed);
      sendJson(context, 200, JSON.stringify({}), NOT_STORED);
    } catch (error) {
      const { status, text } = problemOf(error);
      sendJson(context, status, JSON.stringify({ detail: text.zh }), NOT_STORED);
    }
  }

  async #discard(context: RequestContext, typed: Typed, where: string): Promise<void> {
    await this.#ports.drafts?.discard(callerOf(context).actor, this.#addressOf(typed), typed.get(OWN.key) || undefined);
    const onward = returnTo(typed.get(OWN.onward), callerOf(context).actor.role);
    goTo(context, where === 'onward' ? onward : this.#formAddress(typed));
  }

  /** The form as the page led to it which gave these fields. */
  #formAddress(typed: Typed): string {
    const given = Object.fromEntries([...fixedIn(typed)].map(name => [name, typed.get(name)]));
    return actAddress(this.#route.command.name, given, typed.get(OWN.onward), typed.get(OWN.seen));
  }

  /** Whose session has ended while he typed finds everything again once he has signed in; nothing of it is stored. */
  async #keep(context: RequestContext): Promise<void> {
    const { typed } = await readTyped(context, this.#ports.blobs);
    typed.delete(OWN.doing);
    sendPage(context, 401, { title: '登录已结束' }, <EndedView about={this.#route.command} typed={typed} />);
  }

  async #check(context: RequestContext, typed: Typed): Promise<void> {
    const { input, names } = inputOf(this.#form.fields, typed);
    const found = faultsOf(this.#route.command.input, input, 'zh', this.#route.command.name);
    const faults = new Map(found.map(({ pointer, detail }) => [names.get(pointer) ?? pointer.slice(1), detail]));
    for (const [at, fault] of this.#faultsOfTime(typed)) faults.set(at, fault);
    if (faults.size > 0) return this.#sendForm(context, 422, typed, { faults });
    const act = await actOf(this.#form, typed, this.#asking(context), {});
    sendPage(context, 200, { title: `核对：${this.#route.command.title}` }, <CheckView act={act} who={context.who} />);
  }

  /** When it took place is either not said or said with a reason. */
  #faultsOfTime(typed: Typed): readonly (readonly [string, string])[] {
    const { at, why } = this.#laterOf(typed);
    if (at === undefined && why === undefined) return [];
    return [
      ...(at !== undefined && /Z$/.test(at) ? [] : [['_at', '请填写办理的日期和时间'] as const]),
      ...(why === undefined ? [['_why', '补录须说明原因'] as const] : []),
    ];
  }

  #laterOf(typed: Typed): { readonly at: string | undefined; readonly why: string | undefined } {
    if (this.#form.later.length === 0) return { at: undefined, why: undefined };
    return { at: instantOf(typed, '_at'), why: typed.get('_why')?.trim() || undefined };
  }

  async #sendCommand(context: RequestContext, typed: Typed): Promise<void> {
    const { path } = this.#route;
    const { input, names } = inputOf(this.#form.fields, typed);
    const inPath = parametersOf(path);
    const { at, why } = this.#laterOf(typed);
    const body = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.includes(name)));
    let accepted: SentAndAccepted;
    try {
      accepted = await this.#send(context, {
        body,
        params: Object.fromEntries(inPath.map(name => [name, String(input[name] ?? '')])),
        key: typed.get(OWN.key),
        ifMatch: typed.get(OWN.seen),
        effectiveAt: at,
        reason: why,
      });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 401 || (problem.status >= 500 && problem.status !== 503)) throw error;
      const found = problem.particulars.errors ?? [];
      const faults = new Map(
        found.map(({ pointer, detail }) => [
          names.get(pointer) ?? pointer.slice(1),
          typeof detail === 'string' ? detail : detail.zh,
        ]),
      );
      return this.#sendForm(context, problem.status, typed, { problem, faults });
    }
    await this.#forgetDraft(context, typed);
    this.#tell(context, accepted, returnTo(typed.get(OWN.onward), callerOf(context).actor.role));
  }

  /** What was sent is no draft any more. It is on record whether or not that can be noted now. */
  async #forgetDraft(context: RequestContext, typed: Typed): Promise<void> {
    try {
      await this.#ports.drafts?.discard(
        callerOf(context).actor,
        this.#addressOf(typed),
        typed.get(OWN.key) || undefined,
      );
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** Leads on; what is handed over is shown here, since it is shown once. */
  #tell(context: RequestContext, { outcome, handedOver }: SentAndAccepted, to: string): void {
    const { title } = this.#route.command;
    if (handedOver && Object.keys(handedOver).length > 0) {
      sendPage(context, 200, { title }, <HandedOver title={title} facts={<ShownOnce of={handedOver} />} to={to} />);
      return;
    }
    const told = outcomeOf(outcome, { language: 'zh', oversees: oversees(context.caller?.actor) });
    const sentences = told.recorded.map(({ sentence }) => sentence);
    const position = outcome.events.length > 0 ? outcome.position : undefined;
    tellNext(context, { message: told.message, sentences, position }, this.#ports.isSecure);
    goTo(context, to);
  }

  #asking(context: RequestContext): Asking {
    const reader = { actor: context.caller?.actor, now: this.#ports.clock.now(), here: addressOfPage(context) };
    return askingOf(context, reader, this.#ports);
  }

  async #sendForm(context: RequestContext, status: number, typed: Typed, shown: FormShown): Promise<void> {
    for (const [name, value] of Object.entries(shown.problem?.particulars.headers ?? {})) {
      context.res.setHeader(name, value);
    }
    const { title } = this.#route.command;
    const act = await actOf(this.#form, typed, this.#asking(context), shown);
    sendPage(context, status, { title: status === 200 ? title : `有误：${title}` }, <FormView act={act} />);
  }
}

const NOT_STORED = ['Cache-Control', 'no-store'];

/** For a script that sends a file as soon as it is chosen: how the form carries it on, or why it was not taken. */
function sendUploaded(context: RequestContext, typed: Typed, refused: ReadonlyMap<string, Problem>): void {
  const taken = [...typed.keys()].filter(name => name.endsWith(':name')).map(name => name.replace(/:name$/, ''));
  const files = taken.flatMap(at => {
    const stored = storedAt(typed, at);
    return stored ? [{ at, told: stored.told, entries: stored.entries }] : [];
  });
  const [why] = refused.values();
  sendJson(context, why?.status ?? 200, JSON.stringify({ files, detail: why?.text.zh }), NOT_STORED);
}

/** A row more or less, as it was asked for; the name of the field to go on with. */
function changed(typed: Typed, doing: string, where: string): string | undefined {
  if (doing === 'add') {
    const rows = rowNumbers(typed, { at: where });
    const row = `${where}/${(rows.at(-1) ?? 0) + 1}`;
    if (rows.length === 0) typed.set(`${where}/0`, '');
    typed.set(row, '');
    return row;
  }
  if (doing === 'drop') {
    for (const name of [...typed.keys()]) {
      if (name === where || name.startsWith(`${where}/`) || name.startsWith(`${where}:`)) typed.delete(name);
    }
  }
  return undefined;
}
