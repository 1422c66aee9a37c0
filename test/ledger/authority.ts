/** A time-stamping authority (RFC 3161) of OpenSSL's, behind HTTP, with certificates of its own. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const CONFIGURATION = `
[ca]
basicConstraints = critical, CA:true
[tsa]
extendedKeyUsage = critical, timeStamping
[req]
distinguished_name = dn
[dn]
[tsa_config]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
`;

export class TimestampAuthority implements AsyncDisposable {
  readonly #directory: string;
  readonly #server: Server;
  /** What it answers instead. */
  instead: ((query: Buffer, answer: Buffer) => { status: number; body: Buffer }) | undefined;
  /** How often it was asked. */
  asked = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      const query = Buffer.concat(chunks);
      this.asked += 1;
      const { status, body } = this.instead?.(query, this.answer(query)) ?? { status: 200, body: this.answer(query) };
      res.writeHead(status, { 'Content-Type': 'application/timestamp-reply' }).end(body);
    });
  }

  static async open(directory: string): Promise<TimestampAuthority> {
    const authority = new TimestampAuthority(directory);
    writeFileSync(join(directory, 'tsa.cnf'), CONFIGURATION);
    writeFileSync(join(directory, 'serial'), '01\n');
    const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-config', 'tsa.cnf'];
    authority.#openssl(
      'req',
      '-x509',
      ...keys,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=CA',
      '-extensions',
      'ca',
    );
    authority.#openssl('req', '-new', ...keys, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=TSA');
    const signing = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-extfile',
      'tsa.cnf',
      '-extensions',
      'tsa',
    ];
    authority.#openssl('x509', '-req', '-in', 'tsa.csr', ...signing, '-out', 'tsa.pem');
    authority.#server.listen(0, '127.0.0.1');
    await once(authority.#server, 'listening');
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsa`;
  }

  /** A request of one's own, as OpenSSL makes it. */
  queryOf(text: string): Buffer {
    this.#write('text', text);
    this.#openssl('ts', '-query', '-data', 'text', '-sha256', '-cert', '-out', 'own.tsq');
    return this.#read('own.tsq');
  }

  answer(query: Buffer): Buffer {
    this.#write('query.tsq', query);
    // A query that it does not take is answered too: with a status that says so.
    this.#openssl(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'tsa_config',
      '-queryfile',
      'query.tsq',
      '-out',
      'answer.tsr',
    );
    return this.#read('answer.tsr');
  }

  /** Whether OpenSSL takes a response for one over a text; what it says. */
  verify(response: Uint8Array, text: string): string {
    this.#write('kept.tsr', response);
    this.#write('text', text);
    return this.#openssl('ts', '-verify', '-in', 'kept.tsr', '-data', 'text', '-CAfile', 'ca.pem');
  }

  #write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#directory, name), content);
  }

  #read(name: string): Buffer {
    return readFileSync(join(this.#directory, name));
  }

  #openssl(...args: string[]): string {
    return execFileSync('openssl', args, { cwd: this.#directory, encoding: 'utf8', stdio: 'pipe' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
