/** What docker-compose.yml, the Dockerfile and .dockerignore say, and their rules. A rule answers with faults. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ENVIRONMENT_NAMES } from '../../infra/config.ts';

const DOCKERFILE = 'infra/container/Dockerfile';

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), dockerfile: z.literal(DOCKERFILE) }).optional(),
  user: z.string().optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  restart: z.string(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
});

const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.object({})),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
});

export type Service = z.infer<typeof serviceSchema>;

export interface Instruction {
  keyword: string;
  rest: string;
}

export interface Deployment extends z.infer<typeof composeSchema> {
  dockerfile: Instruction[];
  /** Paths that .dockerignore lets through to the builder. */
  sent: string[];
  manifest: { version: string; bin: { gongguan: string } };
  /** What the command line offers. */
  commands: string[];
}

export type Rule = (deployment: Deployment) => readonly string[];

export function readDeployment(commands: readonly string[]): Deployment {
  return {
    ...composeSchema.parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true })),
    dockerfile: instructionsOf(readFileSync(DOCKERFILE, 'utf8')),
    sent: [...readFileSync('.dockerignore', 'utf8').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path),
    manifest: JSON.parse(readFileSync('package.json', 'utf8')),
    commands: [...commands],
  };
}

function instructionsOf(text: string): Instruction[] {
  return [...text.matchAll(/^([A-Z]+) (.+)$/gm)].map(([, keyword = '', rest = '']) => ({ keyword, rest }));
}

const instructions = ({ dockerfile }: Deployment, keyword: string) =>
  dockerfile.filter(instruction => instruction.keyword === keyword).map(({ rest }) => rest);

/** The value after `${NAME:-`, which holds where the environment does not set the name. */
export const defaultOf = (value: string): string => value.replaceAll(/\$\{\w+(?::-([^}]*))?\}/g, '$1');

export function processes({ services }: Deployment): readonly [string, Service][] {
  return Object.entries(services).filter(([, { build }]) => build !== undefined);
}

/** Paths of the repository that the image is made from. */
export function copiedSources(deployment: Deployment): readonly string[] {
  return instructions(deployment, 'COPY')
    .filter(rest => !rest.startsWith('--from'))
    .flatMap(rest => rest.split(' ').slice(0, -1));
}

/** Faults of every service, each with the name of the service before it. */
const eachService =
  (faultsOf: (service: Service, deployment: Deployment) => readonly (string | false | undefined)[]): Rule =>
  deployment =>
    Object.entries(deployment.services).flatMap(([name, service]) =>
      faultsOf(service, deployment).flatMap(fault => (fault ? [`${name}: ${fault}`] : [])),
    );

const endsByItself = ({ restart }: Service) => restart === 'no';
const isPinned = (image: string) => /:\d+\.\d+\.\d+(-[\w.-]+)?$/.test(image);

export const knownVariables: Rule = eachService(({ build, environment }) =>
  build === undefined ? [] : Object.keys(environment).filter(name => !ENVIRONMENT_NAMES.includes(name)),
);

/** What the image says, or what two containers have to agree about. */
const OF_THE_IMAGE = ['HOST', 'PORT', 'GONGGUAN_DATA'];

export const settable: Rule = eachService(({ build, environment }) => {
  if (build === undefined) return [];
  const isGiven = (name: string) => name in environment || `${name}_FILE` in environment;
  const settings = ENVIRONMENT_NAMES.filter(name => !name.endsWith('_FILE') && !OF_THE_IMAGE.includes(name));
  return settings.filter(name => !isGiven(name)).map(name => `${name} cannot be set`);
});

export const knownCommands: Rule = deployment => {
  const starts = processes(deployment).map(([, { command }]) => command[0] ?? 'none');
  const ofImage = instructions(deployment, 'CMD').map(rest => JSON.parse(rest)[0] as string);
  return [...starts, ...ofImage].filter(command => !deployment.commands.includes(command));
};

export const pinnedImages: Rule = deployment => {
  const images = Object.values(deployment.services).map(({ image }) => image);
  const bases = instructions(deployment, 'FROM').map(rest => rest.split(' ')[0] as string);
  return [...images, ...bases].filter(image => !isPinned(image));
};

export const imageOfThisVersion: Rule = eachService(({ build, image }, { manifest }) => [
  build !== undefined && image !== `gongguan:${manifest.version}` && `${image} is not version ${manifest.version}`,
]);

export const watched: Rule = eachService(service => [
  !endsByItself(service) && !service.healthcheck && 'stays, and nobody sees whether it is well',
]);

export const awaited: Rule = eachService(({ depends_on }, { services }) =>
  Object.entries(depends_on).map(([name, { condition }]) => {
    const other = services[name];
    if (!other) return `waits for ${name}, which does not exist`;
    const wanted = endsByItself(other) ? 'service_completed_successfully' : 'service_healthy';
    return condition !== wanted && `waits for ${name} until ${condition}`;
  }),
);

export const declaredVolumes: Rule = deployment => {
  const mounts = Object.values(deployment.services).flatMap(({ volumes }) => volumes.map(mount => mount.split(':')));
  const named = mounts.flatMap(([source = '']) => (source.startsWith('.') ? [] : [source]));
  const files = mounts.filter(([source = '']) => source.startsWith('.'));
  return [
    ...named.filter(source => !(source in deployment.volumes)).map(source => `${source} is not declared`),
    ...Object.keys(deployment.volumes).flatMap(name => (named.includes(name) ? [] : [`${name} is not used`])),
    ...files.flatMap(([source = '', , mode]) =>
      existsSync(source) && mode === 'ro' ? [] : [`${source} is missing, or may be written`],
    ),
  ];
};

/** A file of the secrets, or what whoever starts it all says, and nothing if he does not. */
const isFromOutside = (name: string, value: string) => value.startsWith('/secrets/') || value === `\${${name}:-}`;

export const noWrittenPassword: Rule = eachService(service => [
  ...Object.entries(service.environment).map(
    ([name, value]) =>
      /PASSWORD|SECRET|TOKEN|_KEY$|_URL$/.test(name) && !isFromOutside(name, value) && `${name} is written down`,
  ),
  /\/\/[^/@\s]*:[^/@\s]+@/.test(JSON.stringify(service)) && 'an address holds a password',
  /changeit/i.test(JSON.stringify(service)) && 'the default password',
]);

export const noRights: Rule = eachService(({ build, user, cap_drop, security_opt, read_only, tmpfs }) => [
  !cap_drop.includes('ALL') && 'keeps capabilities',
  !security_opt.includes('no-new-privileges:true') && 'may gain privileges',
  build !== undefined && !read_only && 'may write to its image',
  read_only && !tmpfs.includes('/tmp') && 'has nowhere for temporary files',
  build !== undefined && user !== undefined && 'runs as another user than its image says',
]);

export const closedStores: Rule = deployment => [
  ...Object.entries(deployment.services).flatMap(([name, { build, networks, ports }]) => [
    ...(build === undefined && networks.includes('stores') && networks.length > 1 ? [`${name}: is reachable`] : []),
    ...ports.filter(port => !port.startsWith('127.0.0.1:')).map(port => `${name}: publishes ${port} to everybody`),
    ...(ports.length > 0 && name !== 'door' ? [`${name}: is another door`] : []),
  ]),
  ...(deployment.networks.stores?.internal ? [] : ['the network of the stores leads outside']),
];

export const soundImage: Rule = deployment => {
  const [entry] = instructions(deployment, 'ENTRYPOINT').map(rest => JSON.parse(rest) as string[]);
  const started = entry?.join(' ');
  return [
    ...(started === `node ${deployment.manifest.bin.gongguan}` ? [] : [`starts ${started}`]),
    ...copiedSources(deployment).flatMap(path => (existsSync(path) ? [] : [`${path} does not exist`])),
    ...(/^[1-9]\d*:[1-9]\d*$/.test(instructions(deployment, 'USER').at(-1) ?? '') ? [] : ['may run as root']),
  ];
};

export const sentSources: Rule = deployment =>
  copiedSources(deployment).filter(path => !deployment.sent.includes(path));
