/**
 * A form for every command, at `/act/<command>`: filled in, checked, sent. It is sent through the same function as over the
 * API, so that nothing is decided, refused or allowed otherwise here; whoever may not send it is shown no form.
 */
import { randomUUID } from 'node:crypto';
import type { ZodType } from 'zod';
import { isClerical } from '../../../events/rules/mandate.ts';
import { oversees } from '../../../projections/query.ts';
import { fieldsNaming } from '../../../services/offers.ts';
import type { BlobStore } from '../../../services/ports.ts';
import type { CommandRoute } from '../../../services/route.ts';
import { type Endpoint, parametersOf } from '../../http/endpoint.ts';
import { faultsOf } from '../../http/input.ts';
import type { ToldOffer } from '../../http/offers.ts';
import { outcomeOf } from '../../http/outcome.ts';
import { type Problem, problemOf } from '../../http/problem.ts';
import { callerOf, type RequestContext } from '../../http/request-context.ts';
import { commandSender, mustBeAllowedTo, type SendingPorts, type SentAndAccepted } from '../../http/sending.ts';
import { addressOfPage, goTo, sendPage } from '../answer.ts';
import { askingOf, type PagePorts } from '../endpoint.ts';
import type { Asking } from '../page.ts';
import { refusePage } from '../refusal.tsx';
import { returnTo } from '../return-to.ts';
import { type Field, fieldsOf, laterFields } from './fields.ts';
import { beginWith, type LaidOut, laidOut, namesIn } from './layout.tsx';
import { layouts } from './layouts.ts';
import { ShownOnce } from './once.tsx';
import { readTyped } from './reading.ts';
import { refsOf } from './refs.ts';
import { isOfFile } from './stored.ts';
import { tellNext } from './told.ts';
import { inputOf, instantOf, rowNumbers, settleKnown, type Typed } from './typed.ts';
import { type Act, CheckView, EndedView, FormView, HandedOver } from './views.tsx';

export interface ActPorts extends SendingPorts, PagePorts {
  readonly blobs: Pick<BlobStore, 'put'>;
}

/** GET and POST of the form of each command. */
export function actPages(routes: readonly CommandRoute[], ports: ActPorts): readonly Endpoint[] {
  return routes.flatMap(route => formOf(route, ports));
}

function formOf(route: CommandRoute, ports: ActPorts): readonly Endpoint[] {
  const { command } = route;
  const form = new Form(route, ports);
  const common = {
    kind: 'page',
    path: `/act/${command.name}`,
    title: command.title,
    summary: 'A page for people.',
    access: command.allow,
    admitsItself: true,
    operation: { responses: {} },
    refuse: refusePage,
    ...(isClerical(command.name) && { clerical: true as const }),
    ...(command.hidden && { hidden: true as const }),
  } as const;
  return [
    { ...common, method: 'GET', name: `Show${command.name}Form`, handle: context => form.show(context) },
    { ...common, method: 'POST', name: `Post${command.name}Form`, handle: context => form.take(context) },
  ];
}

/** What the machinery itself carries in a form; fields of commands begin with a letter. */
const OWN = { key: '_key', seen: '_seen', fixed: '_fixed', onward: 'to', doing: '_do' } as const;

class Form {
  readonly #route: CommandRoute;
  readonly #ports: ActPorts;
  readonly #fields: readonly Field[];
  readonly #later: readonly Field[];
  readonly #send: ReturnType<typeof commandSender>;

  constructor(route: CommandRoute, ports: ActPorts) {
    this.#route = route;
    this.#ports = ports;
    this.#fields = fieldsOf(route.command.input);
    this.#later = route.command.enteredLater ? laterFields : [];
    this.#send = commandSender(route, ports);
  }

  async show(context: RequestContext): Promise<void> {
    const { command, path } = this.#route;
    await mustBeAllowedTo(command, context, this.#ports);
    const { searchParams } = new URL(context.req.originalUrl, 'http://page');
    const typed: Typed = new Map(searchParams);
    const given = new Set([...parametersOf(path), ...this.#fields.filter(isCarried).map(({ at }) => at)]);
    const fixed = [...given].filter(name => typed.has(name));
    typed.set(OWN.fixed, fixed.join(' '));
    typed.set(OWN.key, randomUUID());
    const laid = await this.#laidOut(context, typed);
    if (laid) beginWith(laid, typed);
    settleKnown(this.#fields, typed);
    await this.#sendForm(context, 200, typed, { laid });
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
    if (refused.size > 0) {
      const faults = new Map([...refused].map(([at, { text }]) => [at, text.zh]));
      return this.#sendForm(context, 422, typed, { faults });
    }
    if (doing === 'send') return this.#sendCommand(context, typed);
    if (doing === 'check') return this.#check(context, typed);
    const sought = doing === 'find' ? where : undefined;
    await this.#sendForm(context, 200, typed, { focus: sought ?? changed(typed, doing, where), sought });
  }

  /** Whose session has ended while he typed finds everything again once he has signed in; nothing of it is stored. */
  async #keep(context: RequestContext): Promise<void> {
    const { typed } = await readTyped(context, this.#ports.blobs);
    typed.delete(OWN.doing);
    sendPage(context, 401, { title: '登录已结束' }, <EndedView about={this.#route.command} typed={typed} />);
  }

  async #check(context: RequestContext, typed: Typed): Promise<void> {
    const { input, names } = inputOf(this.#fields, typed);
    const found = faultsOf(this.#route.command.input, input, 'zh', this.#route.command.name);
    const faults = new Map(found.map(({ pointer, detail }) => [names.get(pointer) ?? pointer.slice(1), detail]));
    for (const [at, fault] of this.#faultsOfTime(typed)) faults.set(at, fault);
    if (faults.size > 0) return this.#sendForm(context, 422, typed, { faults });
    const act = await this.#actOf(context, typed, {});
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
    if (this.#later.length === 0) return { at: undefined, why: undefined };
    return { at: instantOf(typed, '_at'), why: typed.get('_why')?.trim() || undefined };
  }

  async #sendCommand(context: RequestContext, typed: Typed): Promise<void> {
    const { path } = this.#route;
    const { input, names } = inputOf(this.#fields, typed);
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
    this.#tell(context, accepted, returnTo(typed.get(OWN.onward), callerOf(context).actor.role));
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

  async #laidOut(context: RequestContext, typed: Typed): Promise<LaidOut | undefined> {
    const layout = layouts.get(this.#route.command.name);
    return layout && laidOut(layout, typed, this.#asking(context));
  }

  async #actOf(
    context: RequestContext,
    typed: Typed,
    { faults = new Map(), problem, focus, sought, ...known }: Shown,
  ): Promise<Act> {
    const { command } = this.#route;
    const asking = this.#asking(context);
    const laid = known.laid ?? (await this.#laidOut(context, typed));
    const found = await refsOf({ command: command.name, fields: this.#fields }, typed, asking, sought);
    const refs = laid ? { ...found, names: new Map([...found.names, ...namesIn(laid, typed)]) } : found;
    const fixed = new Set((typed.get(OWN.fixed) ?? '').split(' ').filter(name => !faults.has(name)));
    return {
      command: command.name,
      about: command,
      closed: problem ? undefined : await this.#refusedNow(typed, asking),
      fields: this.#fields,
      later: this.#later,
      typed,
      refs,
      fixed,
      faults,
      problem,
      focus,
      laid,
    };
  }

  /** The refusal that the command would get now, whatever else is typed; undefined where nothing is known to stand in the way. */
  async #refusedNow(typed: Typed, { offers }: Pick<Asking, 'offers'>): Promise<ToldOffer['why']> {
    const { command } = this.#route;
    const { input } = inputOf(this.#fields, typed);
    const named = fieldsNaming(this.#route);
    const shape = command.input.shape as Readonly<Record<string, ZodType>>;
    if (!command.gate || !named.every(name => shape[name]?.safeParse(input[name]).success)) return undefined;
    const offered = await offers(Object.fromEntries(named.map(name => [name, input[name]])));
    return offered.find(({ command: name }) => name === command.name)?.why;
  }

  async #sendForm(context: RequestContext, status: number, typed: Typed, shown: Shown): Promise<void> {
    for (const [name, value] of Object.entries(shown.problem?.particulars.headers ?? {})) {
      context.res.setHeader(name, value);
    }
    const { title } = this.#route.command;
    const act = await this.#actOf(context, typed, shown);
    sendPage(context, status, { title: status === 200 ? title : `有误：${title}` }, <FormView act={act} />);
  }
}

/** What the list says that somebody has just seen, and nobody types: its digest, its version, where the log stood. */
const isCarried = (field: Field) =>
  (field.kind === 'digest' && !isOfFile(field)) || ['position', 'version', 'batch', 'notice'].includes(field.at);

interface Shown {
  readonly faults?: ReadonlyMap<string, string>;
  readonly problem?: Problem;
  readonly focus?: string | undefined;
  /** The field whose thing was looked for. */
  readonly sought?: string | undefined;
  /** What its layout has asked already. */
  readonly laid?: LaidOut | undefined;
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
