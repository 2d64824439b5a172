import path from 'node:path'
import { z } from 'zod'

const flag = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true')
const limit = z.coerce.number().int().min(0).max(1_000_000)
const port = z.coerce.number().int().min(0).max(65_535)

const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(4200),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://meet.example.com' })
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .refine(URL.canParse, 'is no address: encode special characters of user and password (%40 for @)')
    .optional(),
  DATA_DIR: z.string().min(1).default('data'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be an address such as smtps://user:password@mail.example.com' })
    .optional(),
  MAIL_FROM: z.email('must be an e-mail address').optional(),
  HOURWIRE_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  ALLOW_PRIVATE_TARGETS: z.string().default(''),
  SANDBOX: flag.default(true),
  SANDBOX_PORT: port.default(4201),
  ZAPIER_APP: z
    .string()
    .regex(
      /^App\d+(CLIAPI)?@(latest|\d+\.\d+\.\d+)$/,
      'must be the key of your integration in .zapierapprc and its version, such as App12345@1.1.0',
    )
    .transform((text) => text.replace(/^(App\d+)@/, '$1CLIAPI@'))
    .optional(),
  ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  TRUST_PROXY: flag.default(false),
  API_RATE_PER_SECOND: limit.default(5),
  API_RATE_BURST: limit.default(20),
  API_RATE_PER_ADDRESS: limit.default(200),
  DRAIN_SECONDS: z.coerce.number().int().min(0).max(300).default(0),
  METRICS: flag.default(false),
  METRICS_TOKEN: z
    .string()
    .min(20, 'must be at least 20 characters')
    .regex(/^\S+$/, 'must have no spaces')
    .optional(),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
})

/** Everything an operator can set, read once at start. */
export interface Config {
  host: string
  port: number
  /** Origin that links are built from, without a slash at the end; never taken from a request. */
  publicUrl: string | undefined
  databaseUrl: string | undefined
  dataDir: string
  /** Mail server; without one mails are kept for the mailbox page. */
  smtpUrl: string | undefined
  /** Address that mails come from. */
  mailFrom: string | undefined
  secret: string | undefined
  allowPrivateTargets: string
  sandbox: boolean
  sandboxPort: number
  /** The operator's own integration as Zapier's addresses name it, `App12345CLIAPI@1.1.0`: the Add Zaps tab opens Zapier with it. */
  zapierApp: string | undefined
  role: 'all' | 'web' | 'worker'
  trustProxy: boolean
  /** How often the REST API may be called: per account and second, at once after a pause, per address in five minutes. 0: no limit. */
  apiLimits: { perSecond: number; burst: number; perAddress: number }
  /** How long a process that is being stopped goes on accepting while `/ready` says no: until load balancers have noticed. */
  drainSeconds: number
  /** Undefined: no `/metrics`. Without a token only this machine may ask. */
  metrics: { token: string | undefined } | undefined
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** Hosts of this machine and of private networks, where plain http may do: RFC 1918, 6598, 4193, 6761, 6762, 8375 and names without a dot. */
const isNear =
  /^(localhost|[^.:]+|.+\.(localhost|local|lan|test|internal|home\.arpa)|127\..+|10\..+|192\.168\..+|172\.(1[6-9]|2\d|3[01])\..+|169\.254\..+|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..+|\[(::1|f[cd].+|fe80.+)\])$/

const flags: Record<string, string> = {
  '--port': 'PORT',
  '--host': 'HOST',
  '--data-dir': 'DATA_DIR',
  '--sandbox-port': 'SANDBOX_PORT',
  '--role': 'ROLE',
}

/**
 * Reads the environment and the command line (`--port 8080`, `--role=worker`, `--no-sandbox`); the command line wins.
 *
 * @throws Error whose message names each wrong setting in one line.
 */
export function readConfig(argv: string[], environment: NodeJS.ProcessEnv = process.env): Config {
  const given: Record<string, string | undefined> = {}
  for (const name of Object.keys(Environment.shape)) if (environment[name]) given[name] = environment[name]
  const rest = [...argv]
  while (rest.length > 0) {
    const [name = '', inline] = (rest.shift() ?? '').split(/=(.*)/s)
    const variable = flags[name]
    if (name === '--no-sandbox') given.SANDBOX = '0'
    else if (variable) given[variable] = inline ?? rest.shift() ?? ''
    else throw new Error(`Unknown option ${name}. Options: ${Object.keys(flags).join(', ')}, --no-sandbox.`)
  }
  const parsed = Environment.safeParse(given)
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    )
  const settings = parsed.data
  const url = settings.PUBLIC_URL ? new URL(settings.PUBLIC_URL) : undefined
  if (url && (url.pathname !== '/' || url.search || url.hash || url.username))
    throw new Error('PUBLIC_URL: must be an origin only, without path, query or user name')
  if (url?.protocol === 'http:' && !isNear.test(url.hostname))
    throw new Error(
      'PUBLIC_URL: must begin with https:// where people come over the internet, or passwords and keys could be read on the way',
    )
  return {
    host: settings.HOST,
    port: settings.PORT,
    publicUrl: url?.origin,
    databaseUrl: settings.DATABASE_URL,
    dataDir: path.resolve(settings.DATA_DIR),
    smtpUrl: settings.SMTP_URL,
    mailFrom: settings.MAIL_FROM,
    secret: settings.HOURWIRE_SECRET,
    allowPrivateTargets: settings.ALLOW_PRIVATE_TARGETS,
    sandbox: settings.SANDBOX,
    sandboxPort: settings.SANDBOX_PORT,
    zapierApp: settings.ZAPIER_APP,
    role: settings.ROLE,
    trustProxy: settings.TRUST_PROXY,
    drainSeconds: settings.DRAIN_SECONDS,
    apiLimits: {
      perSecond: settings.API_RATE_PER_SECOND,
      burst: settings.API_RATE_BURST,
      perAddress: settings.API_RATE_PER_ADDRESS,
    },
    metrics: settings.METRICS || settings.METRICS_TOKEN ? { token: settings.METRICS_TOKEN } : undefined,
    logLevel: settings.LOG_LEVEL,
  }
}
