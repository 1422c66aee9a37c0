/** A TCP proxy that fails as networks do, between a client under test and a real server. */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `pass` forwards. `refuse` ends what is open and refuses what comes. `black-hole` swallows all that is sent over old
 * connections and new ones, and answers nothing. `half-open` lets the connections that are open go dead without a word,
 * as after a power cut or behind a firewall that forgot them; new ones are served. `frozen` takes nothing more from what is
 * open or comes, as a machine that stands still: what is sent is not even taken from the sender. `paused` is a process that
 * is stopped for a while: nothing is answered, and when it passes again what was sent in the meantime arrives.
 */
export type ProxyMode = 'pass' | 'refuse' | 'black-hole' | 'half-open' | 'frozen' | 'paused';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds that everything takes on its way there, and again on its way back: between `least` and `most`. */
export interface Distance {
  readonly least: number;
  readonly most: number;
  /** From 0 to 1. */
  chance(): number;
}

/** Listens on a free port of 127.0.0.1. */
export async function openProxy(target: Target, distance?: Distance): Promise<TcpProxy> {
  const proxy = new TcpProxy(target, distance);
  await proxy.switchTo('pass');
  return proxy;
}

export class TcpProxy implements AsyncDisposable {
  readonly #target: Target;
  readonly #distance: Distance | undefined;
  readonly #listener: Server;
  readonly #clients = new Set<Socket>();
  /** The server's side of each client that still has one. */
  readonly #servers = new Map<Socket, Socket>();
  /** Clients whose connections were paused, or that came meanwhile. */
  readonly #waiting = new Set<Socket>();
  #mode: ProxyMode = 'refuse';
  #port = 0;

  constructor(target: Target, distance?: Distance) {
    this.#target = target;
    this.#distance = distance;
    this.#listener = createServer(client => this.#accept(client));
  }

  /** The same through all modes. */
  get port(): number {
    return this.#port;
  }

  /** Takes effect at once on connections that are open; resolves when it does on new ones. */
  async switchTo(mode: ProxyMode): Promise<void> {
    this.#mode = mode;
    if (mode === 'refuse') for (const client of this.#clients) client.destroy();
    if (mode === 'black-hole' || mode === 'half-open') for (const client of this.#clients) this.#silence(client);
    if (mode === 'frozen') for (const client of this.#clients) this.#freeze(client);
    if (mode === 'paused') for (const [client, server] of this.#servers) this.#pause(client, server);
    if (mode === 'pass') this.#goOn();
    if (mode === 'refuse') await this.#stopListening();
    else await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.switchTo('refuse');
  }

  #accept(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => {});
    client.on('close', () => {
      this.#clients.delete(client);
      this.#waiting.delete(client);
      this.#servers.get(client)?.destroy();
    });
    if (this.#mode === 'black-hole') client.resume();
    else if (this.#mode === 'paused') this.#waiting.add(client);
    else if (this.#mode !== 'frozen') this.#join(client);
  }

  #pause(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.unpipe(to);
      from.pause();
    }
    this.#waiting.add(client);
  }

  #goOn(): void {
    for (const client of this.#waiting) {
      const server = this.#servers.get(client);
      if (!server) this.#join(client);
      else if (this.#distance) for (const socket of [client, server]) socket.resume();
      else {
        client.pipe(server);
        server.pipe(client);
      }
    }
    this.#waiting.clear();
  }

  #join(client: Socket): void {
    const server = createConnection(this.#target);
    this.#servers.set(client, server);
    server.on('error', () => {});
    server.on('close', () => {
      if (this.#servers.get(client) === server) client.destroy();
      this.#servers.delete(client);
    });
    this.#forward(client, server);
    this.#forward(server, client);
  }

  /** What was sent first arrives first, however long it takes. */
  #forward(from: Socket, to: Socket): void {
    const distance = this.#distance;
    if (!distance) {
      from.pipe(to);
      return;
    }
    let before = Promise.resolve();
    const later = (deliver: () => void) => {
      const arrived = pause(distance.least + distance.chance() * (distance.most - distance.least));
      before = before.then(() => arrived).then(deliver);
    };
    from.on('data', piece => later(() => void to.write(piece)));
    from.on('end', () => later(() => void to.end()));
  }

  /** The client notices nothing: what it sends is read and thrown away. */
  #silence(client: Socket): void {
    this.#cutOff(client);
    client.resume();
  }

  #freeze(client: Socket): void {
    this.#cutOff(client);
    client.pause();
  }

  #cutOff(client: Socket): void {
    const server = this.#servers.get(client);
    this.#servers.delete(client);
    server?.unpipe(client);
    client.unpipe(server);
    server?.destroy();
  }

  async #listen(): Promise<void> {
    if (this.#listener.listening) return;
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.#port = (this.#listener.address() as AddressInfo).port;
  }

  async #stopListening(): Promise<void> {
    if (!this.#listener.listening) return;
    this.#listener.close();
    await once(this.#listener, 'close');
  }
}
