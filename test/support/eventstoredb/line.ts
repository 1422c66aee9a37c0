/** A TCP line to a server that can go dead without a word, as when a cable is pulled. */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Line {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #dead = false;

  private constructor(host: string, port: number) {
    this.#server = createServer(near => {
      this.#hold(near);
      if (this.#dead) return;
      const far = this.#hold(connect(port, host));
      near.pipe(far);
      far.pipe(near);
    });
  }

  static async to(address: string): Promise<Line> {
    const [host = '', port] = address.split(':');
    const line = new Line(host, Number(port));
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections stay open on both sides, and nothing passes; new ones are accepted, and nothing answers. */
  goDead(): void {
    this.#dead = true;
    for (const socket of this.#sockets) socket.unpipe().resume();
  }

  /** New connections pass again; those that were open stay half open. */
  repair(): void {
    this.#dead = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #hold(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}
