// The control of `latency`: loaded before the program, dead targets take up all that a worker sends to of one account at a time.
import { leaseLimits } from '#domain/webhooks/lease.ts'

leaseLimits.perAccount = 4
